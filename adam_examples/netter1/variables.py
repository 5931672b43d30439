"""The variables of the three datasets, in order: name -> (label, SAS format), ``$`` for a character variable."""

from __future__ import annotations

from typing import Final

_IDENTIFIERS: Final = {
    "STUDYID": ("Study Identifier", "$"),
    "USUBJID": ("Unique Subject Identifier", "$"),
    "SUBJID": ("Subject Identifier for the Study", "$"),
    "SITEID": ("Study Site Identifier", "$"),
}
_SOURCE: Final = {
    "SRCDOM": ("Source Data", "$"),
    "SRCVAR": ("Source Variable", "$"),
    "SRCSEQ": ("Source Sequence Number", ""),
}
_PLANNED: Final = {
    "ASEQ": ("Analysis Sequence Number", ""),
    "TRTP": ("Planned Treatment", "$"),
    "TRTPN": ("Planned Treatment (N)", ""),
}

ADSL_VARIABLES: Final = {
    **_IDENTIFIERS,
    "COUNTRY": ("Country", "$"),
    "AGE": ("Age", ""),
    "AGEU": ("Age Units", "$"),
    "AGEGR1": ("Pooled Age Group 1", "$"),
    "AGEGR1N": ("Pooled Age Group 1 (N)", ""),
    "SEX": ("Sex", "$"),
    "RACE": ("Race", "$"),
    "RACEN": ("Race (N)", ""),
    "ARM": ("Description of Planned Arm", "$"),
    "ACTARM": ("Description of Actual Arm", "$"),
    "TRT01P": ("Planned Treatment for Period 01", "$"),
    "TRT01PN": ("Planned Treatment for Period 01 (N)", ""),
    "TRT01A": ("Actual Treatment for Period 01", "$"),
    "TRT01AN": ("Actual Treatment for Period 01 (N)", ""),
    "RANDDT": ("Date of Randomization", "DATE9."),
    "RANDFL": ("Randomized Population Flag", "$"),
    "TRTSDT": ("Date of First Exposure to Treatment", "DATE9."),
    "TRTEDT": ("Date of Last Exposure to Treatment", "DATE9."),
    "FASFL": ("Full Analysis Set Population Flag", "$"),
    "SAFFL": ("Safety Population Flag", "$"),
    "KRENNING": ("Krenning Score at Baseline", "$"),
    "KRENNINN": ("Krenning Score at Baseline (N)", ""),
    "ECOGBL": ("ECOG Performance Status at Baseline", "$"),
    "ECOGBLN": ("ECOG Performance Status at Baseline (N)", ""),
    "TUMGRBL": ("Tumor Grade at Baseline", "$"),
    "TUMGRBLN": ("Tumor Grade at Baseline (N)", ""),
    "PRIMSITE": ("Primary Tumor Site", "$"),
    "PRIMSITN": ("Primary Tumor Site (N)", ""),
    "TIMEDIAG": ("Time since Diagnosis (years)", "5.1"),
    "SLDBL": ("Baseline Sum of Target Lesion Diam. (mm)", ""),
    "EOSSTT": ("End of Study Status", "$"),
    "EOSDT": ("End of Study Date", "DATE9."),
    "DCSREAS": ("Reason for Discontinuation from Study", "$"),
    "DTHFL": ("Subject Death Flag", "$"),
    "DTHDT": ("Date of Death", "DATE9."),
    "LSTALVDT": ("Date Last Known Alive", "DATE9."),
}

ADTR_VARIABLES: Final = {
    **_IDENTIFIERS,
    **_PLANNED,
    "PARAMCD": ("Parameter Code", "$"),
    "PARAM": ("Parameter", "$"),
    "PARAMN": ("Parameter (N)", ""),
    "PARCAT1": ("Parameter Category 1", "$"),
    "PARCAT2": ("Parameter Category 2", "$"),
    "AVISIT": ("Analysis Visit", "$"),
    "AVISITN": ("Analysis Visit (N)", ""),
    "ADT": ("Analysis Date", "DATE9."),
    "ADY": ("Analysis Relative Day", ""),
    "AVAL": ("Analysis Value", ""),
    "AVALC": ("Analysis Value (C)", "$"),
    "BASE": ("Baseline Value", ""),
    "CHG": ("Change from Baseline", ""),
    "PCHG": ("Percent Change from Baseline", "8.1"),
    "NADIR": ("Nadir before the Visit", ""),
    "CHGNAD": ("Change from Nadir", ""),
    "PCHGNAD": ("Percent Change from Nadir", "8.1"),
    "ABLFL": ("Baseline Record Flag", "$"),
    "ANL01FL": ("Analysis Flag 01", "$"),
    **_SOURCE,
}

ADTTE_VARIABLES: Final = {
    **_IDENTIFIERS,
    **_PLANNED,
    "PARAMCD": ("Parameter Code", "$"),
    "PARAM": ("Parameter", "$"),
    "STARTDT": ("Time-to-Event Origin Date for Subject", "DATE9."),
    "ADT": ("Analysis Date", "DATE9."),
    "AVAL": ("Analysis Value", ""),
    "CNSR": ("Censor", ""),
    "EVNTDESC": ("Event or Censoring Description", "$"),
    "CNSDTDSC": ("Censor Date Description", "$"),
    **_SOURCE,
}
