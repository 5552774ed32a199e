/// How much one worker takes on at once.
///
/// `docs/bounds.md` gives the reasons.
public enum TransportBounds {
    /// Events taken from the kernel in one round.
    public static let eventsPerRoundMax = 512
    /// The longest sleep of a loop that has a deadline filed.
    public static let roundMillisecondsMax: Int32 = 1000
    /// Connections waiting in the kernel to be accepted.
    public static let backlogMax: Int32 = 4096
    /// Connections taken from a listener before others get their turn.
    public static let acceptsPerRoundMax = 64
    /// Serving tasks kept for the next client to be heard from.
    public static let spareServersMax = 64
    /// Idle connections kept to one server by one worker, and to all of them.
    public static let idleUpstreamMax = 256
    public static let idleUpstreamsMax = 2048
    /// Connections from one address, unless the settings say otherwise: a quarter of all, within these.
    public static let addressShareMin = 64
    public static let addressShareMax = 1024
    /// Memory that one request under way may take, as far as the default for their number goes.
    public static let exchangeByteMax = 192 << 10
    /// Descriptors kept for what is no connection; half as many again for each worker, and its pipes.
    public static let reservedDescriptorsMin = 64
    /// Silent guests that are asked to make room for one new connection.
    static let askedToLeaveMax = 8
    /// When the kernel asks whether the peer of a silent tunnel is there, and how often in vain.
    static let probeAfterSeconds: Int32 = 60
    static let probeEverySeconds: Int32 = 15
    static let probesMax: Int32 = 4
    /// How long silence is borne at the highest pressure.
    static let pressedIdle = Patience.seconds(1)
    /// The pressure of memory from which spare memory is given back.
    static let trimmedPercent = 75
    /// Interim answers passed on for one request.
    public static let interimAnswersMax = 16
    /// Bytes of a refused request that are read and thrown away, so that the refusal arrives.
    public static let lingerByteMax = 256 << 10
    /// By how much the framing of a chunked body that is held may outweigh its data.
    public static let heldFramingByteMax = 16 << 10
    /// What one task may move before the others have their turn.
    static let turnByteMax = 1 << 20
    /// Pipes of one worker, and how much each is asked to hold.
    static let pipesMax = 64
    static let pipeByteMax: Int32 = 512 << 10
    /// What a pipe takes in, if it is there to be had, before it is emptied.
    static let pipeGatherMin = 256 << 10
    /// A body with less than this to go is not worth a pipe.
    static let splicedByteMin = 128 << 10
    /// Runs of data up to this size are gathered with their neighbours into one send.
    static let gatherByteMax = 4 << 10
}
