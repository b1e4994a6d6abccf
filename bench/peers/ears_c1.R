# Rscript ears_c1.R FILE: EARS C1 by the R package surveillance, one series of counts a line.
# Prints the upper bound of the last value of each; at three standard deviations, as Hutwagner 2003.

if (!requireNamespace("surveillance", quietly = TRUE)) {
  message("R has no package surveillance")
  quit(status = 3)
}

counts <- t(as.matrix(read.csv(commandArgs(trailingOnly = TRUE)[1], header = FALSE)))
series <- surveillance::sts(observed = counts, frequency = 4)
control <- list(range = nrow(counts), method = "C1", baseline = 7, minSigma = 0, alpha = pnorm(-3))
bounds <- surveillance::upperbound(surveillance::earsC(series, control = control))
writeLines(formatC(as.vector(bounds), digits = 12, format = "f"))
