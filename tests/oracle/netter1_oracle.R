# The example trial analysed in R from its transport files, as an outside judge of the whole flow:
#   Rscript tests/oracle/netter1_oracle.R adam_examples/netter1 > tests/oracle/netter1_oracle.json
# Packages: foreign (transport files), survival. Definitions: best percentage change up to a landmark on or before the
# end of progression-free survival; landmark model with the clock reset; groups of best change without limit.
suppressMessages({library(foreign); library(survival)})
folder <- commandArgs(trailingOnly = TRUE)[1]
xpt <- function(name) {
  d <- read.xport(file.path(folder, name)); if (!is.data.frame(d)) d <- d[[1]]
  for (v in names(d)) if (is.factor(d[[v]])) d[[v]] <- trimws(as.character(d[[v]]))
  d
}
adsl <- xpt("adsl.xpt"); adtr <- xpt("adtr.xpt"); adtte <- xpt("adtte.xpt")
fas <- adsl[adsl$FASFL == "Y", ]
pfs <- adtte[adtte$PARAMCD == "PFS", ]; rownames(pfs) <- pfs$USUBJID
valid <- adtr[adtr$PARAMCD == "SDIAM" & adtr$PARCAT2 == "LOCAL" & adtr$ANL01FL == "Y" & adtr$ADY > 1 & !is.na(adtr$PCHG), ]
valid <- valid[valid$ADT <= pfs[valid$USUBJID, "ADT"], ]
lesion <- adtr[adtr$PARAMCD == "NEWLES" & adtr$AVALC == "Y", ]
lesion <- paste(lesion$USUBJID, lesion$ADT)
marks <- c(L150 = 150, L180 = 180, L252 = 252, L336 = 336, L504 = 504, ALL = Inf)
number <- function(x) { x <- unname(x); if (length(x) == 0 || is.na(x)) "null" else formatC(x, digits = 17, format = "g") }
pairs <- function(x) paste0("{", paste0('"', names(x), '": ', x, collapse = ", "), "}")

models <- list()
for (arm in unique(fas$TRT01P[order(fas$TRT01PN)])) for (mark in names(marks)) {
  limit <- marks[[mark]]
  ids <- fas$USUBJID[fas$TRT01P == arm]
  seen <- valid[valid$USUBJID %in% ids & valid$ADY <= limit, ]
  best <- tapply(seen$PCHG, seen$USUBJID, min)
  none <- setdiff(ids, names(best))
  only_lesions <- tapply(paste(seen$USUBJID, seen$ADT) %in% lesion, seen$USUBJID, all)
  pd <- names(best)[best >= 20 | only_lesions[names(best)]]
  kept <- setdiff(names(best), pd)
  gone <- if (is.finite(limit)) kept[pfs[kept, "AVAL"] <= limit] else character(0)
  kept <- setdiff(kept, gone)
  time <- pfs[kept, "AVAL"] - ifelse(is.finite(limit), limit, 0)
  event <- pfs[kept, "CNSR"] == 0
  change <- as.numeric(best[kept])
  fit <- coxph(Surv(time, event) ~ I(-change), ties = "efron", control = coxph.control(eps = 1e-13, iter.max = 50))
  s <- summary(fit)
  models[[paste(arm, mark, sep = "|")]] <- pairs(c(
    n = fit$n, n_event = fit$nevent, lost_no_assessment = length(none), lost_progression = length(pd), lost_not_at_risk = length(gone),
    median = number(median(change)), min = number(min(change)), max = number(max(change)),
    estimate = number(coef(fit)[[1]]), std_error = number(sqrt(vcov(fit)[1, 1])), hazard_ratio = number(s$conf.int[1, 1]),
    conf_low = number(s$conf.int[1, 3]), conf_high = number(s$conf.int[1, 4]), p_value = number(s$coefficients[1, 5])))
}

lu <- fas[fas$TRT01P == "177Lu-DOTATATE", ]
base <- adtr[adtr$PARAMCD == "SDIAM" & adtr$PARCAT2 == "LOCAL" & adtr$ABLFL == "Y", "USUBJID"]
lu <- lu[lu$USUBJID %in% base, ]
best <- tapply(valid$PCHG, valid$USUBJID, min)[lu$USUBJID]
group <- ifelse(!is.na(best) & best <= -30, "\u226530% decrease", "<30% decrease")
curves <- list()
for (level in unique(group)) {
  ids <- lu$USUBJID[group == level]
  fit <- survfit(Surv(pfs[ids, "AVAL"], pfs[ids, "CNSR"] == 0) ~ 1, conf.type = "log-log")
  q <- quantile(fit, 0.5)
  risk <- summary(fit, times = c(0, 182.625, 365.25, 730.5), extend = TRUE)
  curves[[level]] <- pairs(c(
    n = fit$n, n_event = sum(fit$n.event), median = number(q$quantile[[1]]), conf_low = number(q$lower[[1]]), conf_high = number(q$upper[[1]]),
    at_risk = paste0("[", paste(risk$n.risk, collapse = ", "), "]"),
    survival = paste0("[", paste(sapply(risk$surv[-1], number), collapse = ", "), "]")))
}
cat(paste0('{"models": ', pairs(unlist(models)), ',\n "curves": ', pairs(unlist(curves)), "}\n"))
