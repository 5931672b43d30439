#!/usr/bin/env Rscript
# Oracle for best change, landmark time to event, attrition, and the Cox and Kaplan-Meier results on them.
#
#   Rscript tests/oracle/shrinkage_oracle.R
#
# Writes, beside this script, a small ADaM-like trial (shrinkage_adsl.csv, shrinkage_adtr.csv, shrinkage_adtte.csv) and
# what R makes of it (shrinkage_expected.json, 17 significant digits). The derivation walks subject by subject;
# the statistics are those of the package survival. No other package is needed.
suppressMessages(library(survival))
here <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(here))
set.seed(20250131)

# ---------------------------------------------------------------- the trial
n <- 40
id <- sprintf("S%02d", 1:n)
randdt <- 19300 + round(runif(n, 0, 900))                      # SAS dates: days since 1960-01-01
arm <- ifelse(1:n %% 2 == 1, "Drug A", "Drug B")
adsl <- data.frame(STUDYID = "SMALL", USUBJID = id, TRT01P = arm, TRT01PN = ifelse(arm == "Drug A", 1, 2), FASFL = "Y",
                   RANDDT = randdt, AGE = round(rnorm(n, 62, 9)), SEX = sample(c("F", "M"), n, TRUE), stringsAsFactors = FALSE)
adsl$FASFL[n] <- "N"
pfs <- pmax(20, round(rexp(n, 1 / ifelse(arm == "Drug A", 600, 300))))
cnsr <- rbinom(n, 1, 0.3)
pfs[5] <- 150; cnsr[5] <- 0                                    # event on the landmark day: not at risk
pfs[7] <- 150; cnsr[7] <- 1                                    # censored on the landmark day: not at risk
pfs[c(15, 19, 21, 25, 27)] <- c(400, 500, 170, 420, 430)
pfs[9] <- 151; cnsr[9] <- 0                                    # event the day after: at risk for one day
adtte <- data.frame(STUDYID = "SMALL", USUBJID = id, PARAMCD = "PFS", PARAM = "Progression-Free Survival (days)",
                    STARTDT = randdt, ADT = randdt + pfs - 1, AVAL = pfs, CNSR = cnsr, ASEQ = 1, stringsAsFactors = FALSE)
rows <- list()
add <- function(i, day, value, base, flag = "Y", visit) rows[[length(rows) + 1]] <<- data.frame(
  USUBJID = id[i], PARAMCD = "SDIAM", PARAM = "Sum of Diameters (mm)", ADY = day, AVAL = value, AVALC = "", BASE = base,
  ABLFL = ifelse(visit == 0, "Y", ""), ANL01FL = flag, AVISIT = ifelse(visit == 0, "Baseline", paste("Week", 12 * visit)),
  AVISITN = visit, stringsAsFactors = FALSE)
lesion <- function(i, day) rows[[length(rows) + 1]] <<- data.frame(
  USUBJID = id[i], PARAMCD = "NEWLES", PARAM = "New Lesion", ADY = day, AVAL = NA, AVALC = "Y", BASE = NA, ABLFL = "", ANL01FL = "Y",
  AVISIT = "", AVISITN = NA, stringsAsFactors = FALSE)
for (i in 1:n) {
  if (i == 11) next                                            # no baseline, no assessment
  base <- 10 * round(runif(1, 4, 12))
  add(i, 1, base, base, "Y", 0)
  if (i == 13) next                                            # baseline only
  slope <- rnorm(1, ifelse(arm[i] == "Drug A", -9, -3), 9)
  size <- base
  for (k in 1:6) {
    day <- 84 * k + round(runif(1, -7, 2))
    if (day > pfs[i] + 60) break                              # some assessments lie after progression
    size <- max(5, round(size * (1 + (slope + rnorm(1, 0, 4)) / 100)))
    value <- size
    if (i == 15) value <- base * 1.2                           # +20 % exactly, at every assessment: progressive
    if (i == 17 && k == 1) { day <- 150; value <- base * 0.7 } # on the landmark day, -30 % exactly
    if (i == 19) value <- base * 0.8                           # the same change at every visit: the earliest is kept
    if (i == 21 && k == 2) day <- pfs[i]                       # on the day of the event: counts
    add(i, day, value, base, ifelse(i == 23 && k == 2, "", "Y"), k)
    if (i == 25 || (i == 27 && k == 1)) lesion(i, day)         # at all assessments; at the first only
  }
}
adtr <- do.call(rbind, rows)
adtr <- merge(adtr, adsl[, c("USUBJID", "RANDDT")])
adtr$ADT <- adtr$RANDDT + adtr$ADY - 1
adtr <- adtr[order(adtr$USUBJID, adtr$PARAMCD, adtr$ADT), ]
adtr$RANDDT <- NULL
adtr$CHG <- ifelse(adtr$ADY > 1, adtr$AVAL - adtr$BASE, NA)
adtr$PCHG <- 100 * adtr$CHG / adtr$BASE
adtr$ASEQ <- ave(adtr$ADY, adtr$USUBJID, FUN = seq_along)
adtr$STUDYID <- "SMALL"
put_csv <- function(d, file) {
  shown <- as.data.frame(lapply(d, function(x) if (is.numeric(x)) ifelse(is.na(x), "", sprintf("%.17g", x)) else ifelse(is.na(x), "", x)))
  write.csv(shown, file.path(here, file), row.names = FALSE, quote = FALSE)
}
put_csv(adsl, "shrinkage_adsl.csv"); put_csv(adtr, "shrinkage_adtr.csv"); put_csv(adtte, "shrinkage_adtte.csv")
read_csv <- function(file) read.csv(file.path(here, file), na.strings = "", stringsAsFactors = FALSE)
adsl <- read_csv("shrinkage_adsl.csv"); adtr <- read_csv("shrinkage_adtr.csv"); adtte <- read_csv("shrinkage_adtte.csv")

# ---------------------------------------------------------------- derivations, subject by subject
marks <- list(L84 = 84, L150 = 150, L336 = 336, ALL = Inf)
fas <- adsl$USUBJID[adsl$FASFL == "Y"]
assessments <- function(u) {
  end <- adtte$ADT[adtte$USUBJID == u]
  d <- adtr[adtr$USUBJID == u & adtr$PARAMCD == "SDIAM" & adtr$ANL01FL %in% "Y" & !is.na(adtr$PCHG), ]
  d <- d[d$ADY > 1 & d$ADT <= end, ]
  d[order(d$ADT), ]
}
best_of <- function(u, limit) {
  d <- assessments(u); d <- d[d$ADY <= limit, ]
  if (nrow(d) == 0) return(NULL)
  d[which.min(d$PCHG), ]                                       # which.min: the first of equals
}
step_of <- function(u, limit) {
  b <- best_of(u, limit)
  if (is.null(b)) return(2)
  d <- assessments(u); d <- d[d$ADY <= limit, ]
  lesions <- adtr$ADT[adtr$USUBJID == u & adtr$PARAMCD == "NEWLES"]
  if (b$PCHG >= 20 - 1e-9 || all(d$ADT %in% lesions)) return(3)
  if (is.finite(limit) && adtte$AVAL[adtte$USUBJID == u] <= limit) return(4)
  0
}
# ---------------------------------------------------------------- JSON
num <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
arr <- function(x) paste0("[", paste(num(as.numeric(x)), collapse = ", "), "]")
obj <- function(keys, values) paste0("{", paste0("\"", keys, "\": ", values, collapse = ", "), "}")
by <- function(f) obj(names(marks), vapply(names(marks), f, ""))
best <- by(function(l) { b <- Filter(Negate(is.null), setNames(lapply(adsl$USUBJID, best_of, limit = marks[[l]]), adsl$USUBJID))
  obj(names(b), vapply(b, function(r) arr(c(r$PCHG, r$ASEQ)), "")) })
steps <- by(function(l) obj(fas, num(vapply(fas, step_of, 0, limit = marks[[l]]))))
# ---------------------------------------------------------------- Cox models
cox <- by(function(l) obj(unique(arm), vapply(unique(arm), function(a) {
  u <- fas[adsl$TRT01P[match(fas, adsl$USUBJID)] == a]
  u <- u[vapply(u, step_of, 0, limit = marks[[l]]) == 0]
  shift <- if (is.finite(marks[[l]])) marks[[l]] else 0
  d <- data.frame(time = adtte$AVAL[match(u, adtte$USUBJID)] - shift, event = adtte$CNSR[match(u, adtte$USUBJID)] == 0,
                  shrinkage = -vapply(u, function(v) best_of(v, marks[[l]])$PCHG, 0))
  fit <- coxph(Surv(time, event) ~ shrinkage, d, ties = "efron", control = coxph.control(eps = 1e-11, iter.max = 60))
  s <- summary(fit)
  obj(c("n", "n_event", "estimate", "std_error", "hazard_ratio", "conf_low", "conf_high", "statistic", "p_value"),
      num(c(s$n, s$nevent, s$coefficients[1, 1], s$coefficients[1, 3], s$conf.int[1, c(1, 3, 4)], s$coefficients[1, 4]^2, s$coefficients[1, 5])))
}, "")))
# time in hundreds of days has ties: both treatments of them, all subjects with a best change, shrinkage and age
ties <- obj(c("efron", "breslow"), vapply(c("efron", "breslow"), function(method) {
  u <- Filter(function(v) !is.null(best_of(v, Inf)), fas)
  d <- data.frame(time = ceiling(adtte$AVAL[match(u, adtte$USUBJID)] / 100), event = adtte$CNSR[match(u, adtte$USUBJID)] == 0,
                  shrinkage = -vapply(u, function(v) best_of(v, Inf)$PCHG, 0), decade = adsl$AGE[match(u, adsl$USUBJID)] / 10)
  fit <- coxph(Surv(time, event) ~ shrinkage + decade, d, ties = method, control = coxph.control(eps = 1e-11, iter.max = 60))
  s <- summary(fit)
  obj(c("n", "n_event", "estimate", "std_error", "p_value"),
      c(num(c(s$n, s$nevent)), arr(s$coefficients[, 1]), arr(s$coefficients[, 3]), arr(s$coefficients[, 5])))
}, ""))
# ---------------------------------------------------------------- Kaplan-Meier
km <- obj(unique(arm), vapply(unique(arm), function(a) {
  d <- adtte[adtte$USUBJID %in% fas & adsl$TRT01P[match(adtte$USUBJID, adsl$USUBJID)] == a, ]
  fit <- survfit(Surv(AVAL, CNSR == 0) ~ 1, d, conf.type = "log-log")
  q <- quantile(fit, c(0.25, 0.5, 0.75))
  r <- summary(fit, times = c(6, 12, 24) * 30.4375, extend = TRUE)
  at <- summary(fit, times = 182.625 * 0:ceiling(max(adtte$AVAL[adtte$USUBJID %in% fas]) / 182.625), extend = TRUE)
  obj(c("time", "n_risk", "n_event", "n_censor", "estimate", "std_error", "conf_low", "conf_high", "quantile", "quantile_low", "quantile_high",
        "rate", "rate_error", "rate_low", "rate_high", "at_risk"),
      vapply(list(fit$time, fit$n.risk, fit$n.event, fit$n.censor, fit$surv, fit$std.err * fit$surv, fit$lower, fit$upper, q$quantile, q$lower,
                  q$upper, r$surv, r$std.err, r$lower, r$upper, at$n.risk), arr, ""))
}, ""))
# ---------------------------------------------------------------- descriptive statistics
describe <- by(function(l) obj(unique(arm), vapply(unique(arm), function(a) {
  u <- fas[adsl$TRT01P[match(fas, adsl$USUBJID)] == a]
  u <- u[vapply(u, step_of, 0, limit = marks[[l]]) == 0]
  x <- vapply(u, function(v) best_of(v, marks[[l]])$PCHG, 0)
  obj(c("n", "mean", "sd", "median", "q1", "q3", "min", "max", "sas_q1", "sas_q3"),
      num(c(length(x), mean(x), sd(x), median(x), quantile(x, c(0.25, 0.75), type = 7), min(x), max(x), quantile(x, c(0.25, 0.75), type = 2))))
}, "")))
writeLines(obj(c("r", "best", "steps", "cox", "ties", "km", "describe"),
               c(paste0("\"", R.version.string, ", survival ", packageVersion("survival"), "\""), best, steps, cox, ties, km, describe)),
           file.path(here, "shrinkage_expected.json"))
