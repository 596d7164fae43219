# glmnet in covariance mode along a 20-point path, threshold 1e-10, as its manual advises for speed on such data:
# the same rows without the ball (glmnet has none). Arguments: directory with phi.bin (m x d), z.bin (m x rows),
# lambda.txt; prints seconds and the objective of every row as JSON.
suppressMessages(library(glmnet))
directory <- commandArgs(trailingOnly = TRUE)[1]
sizes <- scan(file.path(directory, "sizes.txt"), quiet = TRUE)
m <- sizes[1]; d <- sizes[2]; rows <- sizes[3]
phi <- matrix(readBin(file.path(directory, "phi.bin"), "double", m * d), m, d)
z <- matrix(readBin(file.path(directory, "z.bin"), "double", m * rows), m, rows)
lambda <- scan(file.path(directory, "lambda.txt"), quiet = TRUE)
glmnet.control(fdev = 0, devmax = 1)
seconds <- 0
objective <- 0
for (i in seq_len(rows)) {
  largest <- max(abs(crossprod(phi, z[, i])))
  path <- exp(seq(log(largest), log(lambda[i]), length.out = 20)) / m
  seconds <- seconds + system.time(
    fit <- glmnet(phi, z[, i], lambda = path, standardize = FALSE, intercept = FALSE,
                  type.gaussian = "covariance", thresh = 1e-10, maxit = 1e7))[["elapsed"]]
  w <- as.matrix(fit$beta)[, ncol(fit$beta)]
  objective <- objective + 0.5 * sum((z[, i] - phi %*% w)^2) + lambda[i] * sum(abs(w))
}
cat(sprintf('{"peer": "glmnet", "rows": %d, "seconds": %.3f, "objective": %.8f}\n', rows, seconds, objective))
