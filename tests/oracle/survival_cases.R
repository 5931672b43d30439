# Expected figures for tests/analyse: R's survival package on small hand-made cases.
#
#   Rscript tests/oracle/survival_cases.R        reads survival_cases.csv, writes survival_cases.json, both beside this file
#
# Numbers have 17 significant digits, so that they round-trip; null is NA.
suppressMessages(library(survival))
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])))
cases <- read.csv(file.path(here, "survival_cases.csv"), stringsAsFactors = FALSE)

json <- function(x) {
  if (is.list(x)) return(paste0("{", paste0("\"", names(x), "\": ", vapply(x, json, ""), collapse = ", "), "}"))
  text <- if (is.character(x)) paste0("\"", gsub("\"", "'", x), "\"") else if (is.logical(x)) ifelse(x, "true", "false") else sprintf("%.17g", x)
  text[is.na(x)] <- "null"
  paste0("[", paste(text, collapse = ", "), "]")
}

# ---- Kaplan-Meier: curve, quartiles, survival at times, for each transformation and level
probs <- c(0.25, 0.5, 0.75)
km_fit <- function(d, type, level) {
  fit <- survfit(Surv(time, event) ~ 1, data = d, conf.type = type, conf.int = level)
  all <- summary(fit, censored = TRUE)
  last <- max(d$time)
  asked <- sort(unique(c(0, last / 3, d$time, last, last * 1.5)))
  at <- summary(fit, times = asked, extend = TRUE)
  q <- quantile(fit, probs)
  list(time = all$time, n_risk = all$n.risk, n_event = all$n.event, n_censor = all$n.censor, survival = all$surv,
       std_error = all$std.err, conf_low = all$lower, conf_high = all$upper,
       quantile = unname(q$quantile), quantile_low = unname(q$lower), quantile_high = unname(q$upper),
       at = list(time = at$time, n_risk = at$n.risk, survival = at$surv, std_error = at$std.err,
                 conf_low = at$lower, conf_high = at$upper))
}
km_case <- function(d) {
  settings <- list("log-log 0.95" = list("log-log", 0.95), "log 0.95" = list("log", 0.95), "plain 0.95" = list("plain", 0.95),
                   "log-log 0.9" = list("log-log", 0.9), "log-log 0.99" = list("log-log", 0.99))
  lapply(settings, function(s) km_fit(d, s[[1]], s[[2]]))
}

# ---- Cox: the optimum, and the Newton iterate at which PROC PHREG's GCONV=1E-8 stops
models <- list("x1" = "x1", "x1 + x2" = "x1 + x2", "x1 + strata" = "x1 + strata(stratum)", "x1 + x2 + strata" = "x1 + x2 + strata(stratum)")
at_point <- function(formula, d, ties, b) coxph(formula, d, ties = ties, init = b, control = coxph.control(iter.max = 0))
figures <- function(fit) {
  b <- unname(fit$coefficients); v <- fit$var; se <- sqrt(diag(v)); z <- qnorm(0.975)
  ll <- fit$loglik[length(fit$loglik)]
  list(coef = b, std_error = se, hazard_ratio = exp(b), conf_low = exp(b - z * se), conf_high = exp(b + z * se), z = b / se,
       chi_square = (b / se)^2, p_value = pchisq((b / se)^2, 1, lower.tail = FALSE), covariance = as.vector(v), loglik = ll,
       wald = as.numeric(t(b) %*% solve(v, b)))
}
newton <- function(formula, d, ties, p, enough) {
  b <- rep(0, p)
  for (k in 0:40) {
    fit <- suppressWarnings(at_point(formula, d, ties, b))
    u <- residuals(fit, "score"); u <- if (is.matrix(u)) colSums(u) else sum(u)
    if (k > 0 && enough(as.numeric(t(u) %*% fit$var %*% u), fit$loglik[1])) return(c(figures(fit), list(iterations = k)))
    b <- b + as.vector(fit$var %*% u)
  }
  stop("no convergence")
}
cox_case <- function(d) {
  said <- character()
  run <- function(model, ties) {
    formula <- as.formula(paste("Surv(time, event) ~", models[[model]]))
    said <<- character()
    fit <- withCallingHandlers(coxph(formula, d, ties = ties), warning = function(w) {
      said <<- c(said, conditionMessage(w)); invokeRestart("muffleWarning") })
    head <- list(n = fit$n, n_event = fit$nevent, loglik_null = fit$loglik[1], score = unname(fit$score), warning = said)
    if (length(said)) return(c(head, list(default = figures(fit)[c("coef", "std_error")])))
    p <- length(fit$coefficients)
    c(head, list(default = figures(fit),
                 optimum = newton(formula, d, ties, p, function(g, ll) g < 1e-22),
                 sas = newton(formula, d, ties, p, function(g, ll) g / (abs(ll) + 1e-6) <= 1e-8)))
  }
  lapply(setNames(names(models), names(models)), function(m) list(efron = run(m, "efron"), breslow = run(m, "breslow")))
}

names <- unique(cases$case)
pick <- function(n) cases[cases$case == n, ]
is_cox <- startsWith(names, "cox_")
out <- list(r_version = R.version.string, survival_version = as.character(packageVersion("survival")),
            km = lapply(setNames(names[!is_cox], names[!is_cox]), function(n) km_case(pick(n))),
            cox = lapply(setNames(names[is_cox], names[is_cox]), function(n) cox_case(pick(n))))
text <- json(out)
writeLines(gsub("}, \"", "},\n\"", text, fixed = TRUE), file.path(here, "survival_cases.json"))
