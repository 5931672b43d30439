# Makes qc_survival.csv (simulated data, six groups) and qc_survival.json (what R's survival package says of them):
# the judge of the second program. Run: Rscript qc_survival.R, in this folder. Made with R 4.2.2, survival 3.5-3.
suppressWarnings(suppressMessages(library(survival)))
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20160630)

simulated <- function(group, n, slope, censored) {
  x <- round(rnorm(n, 8, 18), 1)
  time <- ceiling(rexp(n, 0.004 * exp(slope * x)) / 14) * 14   # visits every 14 days: many ties
  event <- as.integer(runif(n) > censored)
  data.frame(group = group, time = time, event = event, x = x)
}
d <- rbind(
  simulated("ties", 90, -0.02, 0.3),
  simulated("small", 14, -0.04, 0.4),
  simulated("flat", 60, 0, 0.2),
  # S(t) is exactly 0.5 from 20 on, to the next event at 50; the last is censored
  data.frame(group = "half", time = c(10, 20, 30, 50, 60, 60), event = c(1, 1, 0, 1, 0, 1), x = c(1, 4, 2, 8, 5, 7)),
  data.frame(group = "half_to_end", time = c(10, 20, 30, 40), event = c(1, 1, 0, 0), x = c(3, 1, 2, 2)),
  # everyone has the event: S reaches 0, where nothing can be said about limits
  data.frame(group = "all_events", time = c(5, 9, 9, 14, 21), event = 1, x = c(1, 3, 0, 2, 5))
)
write.csv(d, "qc_survival.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("qc_survival.csv")

num <- function(v) ifelse(is.na(v), "null", formatC(v, digits = 17, format = "g", width = 1))
arr <- function(v) paste0("[", paste(num(v), collapse = ", "), "]")
pair <- function(name, value) paste0("\"", name, "\": ", value)
obj <- function(...) paste0("{", paste(c(...), collapse = ", "), "}")

cox <- function(g, ties) {
  start <- coxph(Surv(time, event) ~ x, g, ties = ties, control = coxph.control(eps = 1e-11, iter.max = 50))
  b <- coef(start); s <- sqrt(diag(vcov(start)))
  z <- qnorm(0.975)
  obj(pair("n", num(start$n)), pair("n_event", num(start$nevent)), pair("estimate", num(b)), pair("std_error", num(s)),
      pair("hazard_ratio", num(exp(b))), pair("conf_low", num(exp(b - z * s))), pair("conf_high", num(exp(b + z * s))),
      pair("p_value", num(2 * pnorm(-abs(b / s)))))
}
km <- function(g, type) {
  fit <- survfit(Surv(time, event) ~ 1, g, conf.type = type)
  q <- quantile(fit, c(0.25, 0.5, 0.75))
  times <- c(0, 12, 20, 45, 56, 100, 210.5)
  at <- summary(fit, times = times, extend = TRUE)
  obj(pair("quantile", arr(q$quantile)), pair("lower", arr(q$lower)), pair("upper", arr(q$upper)),
      pair("times", arr(times)), pair("survival", arr(at$surv)), pair("survival_lower", arr(at$lower)),
      pair("survival_upper", arr(at$upper)), pair("n_risk", arr(at$n.risk)))
}
one <- function(name) {
  g <- d[d$group == name, ]
  types <- c("log-log", "log", "plain")
  pair(name, paste0("\n  ", obj(
    if (name %in% c("ties", "small", "flat")) pair("cox", obj(pair("efron", cox(g, "efron")), "\n  ", pair("breslow", cox(g, "breslow"))) ),
    pair("km", obj(sapply(types, function(t) paste0("\n   ", pair(t, km(g, t)))))))))
}
text <- paste0("{\n ", pair("r_version", paste0("\"", R.version.string, "\"")), ",\n ",
  pair("survival_version", paste0("\"", packageVersion("survival"), "\"")), ",\n ",
  paste(sapply(unique(d$group), one), collapse = ",\n "), "\n}")
text <- gsub(", \n  , ", ",\n  ", text, fixed = TRUE)
writeLines(text, "qc_survival.json")
