/// Who has how many tokens left, and who keeps count.
///
/// What a limit says is the policy's business; here tokens are taken from buckets and put back. The
/// arithmetic of a bucket is `Vocabulary`'s, so that every store counts the same. In reading order:
///
/// - `TokenStore`: what whoever keeps count can be asked.
/// - `InMemoryTokenBucket`: counts in this process, in `BucketTable`s.
/// - `LimitsBounds`: everything that is bounded.
public enum Limits {}
