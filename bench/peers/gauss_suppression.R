# Rscript gauss_suppression.R {TRUE,FALSE} FOLDER: the R package GaussSuppression.
# The first argument says whether zeros are protected too. Same folder, same answer as exchange.py.

arguments <- commandArgs(trailingOnly = TRUE)
protect_zeros <- arguments[1] == "TRUE"
folder <- arguments[2]

if (!requireNamespace("GaussSuppression", quietly = TRUE)) {
  message("R has no package GaussSuppression")
  quit(status = 3)
}

rows <- function(name, columns) {
  read.csv(file.path(folder, name), header = FALSE, col.names = columns, colClasses = "character")
}

# Depth first, one more "@" for each level, the whole on top: the form that tau-Argus made common.
hierarchy <- function(nodes) {
  below <- function(code, signs) {
    children <- nodes$code[nodes$parent == code]
    do.call(rbind, c(
      list(data.frame(levels = signs, codes = code)),
      lapply(children, below, signs = paste0(signs, "@"))
    ))
  }
  below("*", "@")
}

peak_bytes <- function() {
  status <- grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", status)) * 1024
}

units <- rows("units.csv", c("code", "parent"))
themes <- rows("themes.csv", c("code", "parent"))
counts <- rows("counts.csv", c("unit", "theme", "count"))
counts$count <- as.integer(counts$count)
threshold <- as.integer(readLines(file.path(folder, "rules.csv"))[1])

before <- peak_bytes()
begin <- proc.time()
table <- GaussSuppression::SuppressSmallCounts(
  data = counts, maxN = threshold - 1, freqVar = "count", protectZeros = protect_zeros, extend0 = TRUE,
  hierarchies = list(unit = hierarchy(units), theme = hierarchy(themes))
)
took <- proc.time() - begin

# A cell below the threshold counts as not published, empty ones too.
open <- table[!table$suppressed & table$count >= threshold, c("unit", "theme")]
write_rows <- function(data, name) {
  write.table(data, file.path(folder, name), sep = ",", row.names = FALSE, col.names = FALSE)
}
write_rows(open, "shown.csv")
version <- as.character(packageVersion("GaussSuppression"))
processor <- took[["user.self"]] + took[["sys.self"]]
write_rows(data.frame(took[["elapsed"]], processor, before, peak_bytes(), version), "facts.csv")
