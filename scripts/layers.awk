# Reads every Swift file and prints what breaks the house's rules. scripts/check-layers calls it, with
# `targets` (kind, name, level and uses, a target a line) and `data_plane` in the environment.
#   - an import that Package.swift does not grant, or that the data plane must do without
#   - @unchecked Sendable or nonisolated(unsafe) with no `// SAFETY:` in the comment above it
#   - a file above 500 lines (tables of data, *Table.swift, may be longer); a function above 70
#   - a TODO or FIXME; a type or file named for no idea

BEGIN {
    file_lines_max = 500
    function_lines_max = 70
    empty = "(Manager|Helper|Helpers|Util|Utils|Impl|Base|Handler|Service|Data|Info|Context|Processor)"
    split(ENVIRON["data_plane"], names, " ")
    for (i in names) is_data_plane[names[i]] = 1
    targets = split(ENVIRON["targets"], lines, "\n")
    for (t = 1; t <= targets; t++) {
        words = split(lines[t], word, " ")
        declared[word[2]] = 1
        for (i = 4; i <= words; i++) granted[word[2], word[i]] = 1
    }
}

function complain(line, what) { print FILENAME ":" line ": " what; breaches = 1 }

function end_of_file() {
    if (last_file != "" && last_line > file_lines_max && last_file !~ /Table\.swift$/) {
        print last_file ": " last_line " lines, more than " file_lines_max
        breaches = 1
    }
}

FNR == 1 {
    end_of_file()
    split(FILENAME, path, "/")
    module = path[1] == "Sources" ? path[2] : ""
    tested = path[1] == "Tests" ? path[2] : ""
    safe = in_comment = open = 0
    if (FILENAME ~ /\/(Extensions|Utils|Constants|Types|Helpers)\.swift$/) {
        complain(1, "a file is named for its main type")
    }
}

{ last_file = FILENAME; last_line = FNR }

/^[ \t]*$/ { next }

/(^|[^A-Za-z])(TODO|FIXME)([^A-Za-z]|$)/ { complain(FNR, "open an issue or do it; no TODO stays") }

# A comment block: remember whether it argues for what stands below it.
/^ *\/\// {
    if (!in_comment) safe = 0
    in_comment = 1
    if (/SAFETY:/) safe = 1
    next
}

{ in_comment = 0 }

/@unchecked Sendable|nonisolated\(unsafe\)/ { if (!safe) complain(FNR, "no `// SAFETY:` above it") }

# An attribute on its own line stands between a comment and what it speaks of.
!/^ *@[A-Za-z]+(\([^)]*\))?$/ { safe = 0 }

/^(@[A-Za-z_]+(\([^)]*\))? +)*((public|package|internal|fileprivate|private) +)?import / {
    imported = $NF
    sub(/\..*/, "", imported)
    if (/@testable/ && tested != imported "Tests") {
        complain(FNR, "@testable " imported " outside its own unit tests")
    }
    if (module != "" && imported != module) {
        if (imported in declared) {
            if (!((module, imported) in granted)) {
                complain(FNR, module " may not import " imported)
            }
        } else if (module in is_data_plane && imported !~ /^(Glibc|Synchronization)$/) {
            complain(FNR, module " is in the data plane and does without " imported)
        }
    }
}

module != "" && match($0, "(class|struct|enum|actor|protocol) [A-Z][A-Za-z0-9]*" empty "([ :<{]|$)") {
    complain(FNR, "`" substr($0, RSTART, RLENGTH) "`: the idea is not yet found")
}

# Functions, by the indentation that the format check guarantees.
{
    match($0, /^ */)
    indent = RLENGTH
    text = substr($0, indent + 1)
    if (text ~ /^}/) {
        if (indent in start && FNR - start[indent] + 1 > function_lines_max) {
            complain(start[indent], "a function of " FNR - start[indent] + 1 " lines, more than " \
                function_lines_max)
        }
        delete start[indent]
    } else if (text !~ /^(\)|->|where|\{|#)/) {
        for (i in start) if (i + 0 >= indent) delete start[i]
        if (text ~ /^(.*[ ])?(func [^ ]|init[?!]?[(<]|deinit \{)/) start[indent] = FNR
    }
}

END { end_of_file(); exit breaches }
