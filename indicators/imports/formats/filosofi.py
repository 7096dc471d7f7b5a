"""Insee, Filosofi : quartiers (`data_filoXX_qp_revdis`), communes à métropole (`FILOXXXX_DISP_…`), comparateur.

Les noms de colonnes portent l'année : le fichier la prouve. Leur dérive d'une édition à l'autre est dans les motifs.
"""

from __future__ import annotations

from dataclasses import replace

from indicators.imports.moteur.large import ColonneLarge, colonne_du_code, porte, relever
from indicators.imports.moteur.releve import Format, Referentiel, Releve, SourceLue
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import maille_de
from indicators.socle.territoires import Maille

_A = r"(?P<annee>\d{2})"
_PRODUCTEUR = "Insee, DGFiP, Cnaf, Cnav, CCMSA"
_TIRETS = "Insee-DGFiP-Cnaf-Cnav-CCMSA"
_REPARTITION = (
    *((f"Q{n}", f"niveau_vie_q{n}") for n in (1, 3)),
    *((f"D{n}", f"niveau_vie_d{n}") for n in (1, 2, 3, 4, 6, 7, 8, 9)),
    ("PACT", "part_revenus_activite"),
    ("PCHO", "part_indemnites_chomage"),
    ("PPEN", "part_pensions_retraites"),
    ("PPAT", "part_revenus_patrimoine"),
    ("PPFAM", "part_prestations_familiales"),
    ("PPMINI", "part_minima_sociaux"),
    ("PPLOGT", "part_prestations_logement"),
    ("PIMPOT", "part_impots"),
)
"""Comment se répartit et se compose le revenu : la colonne, sans son année, et l'indicateur. Les sens sont ceux que
documente l'Insee (bases Filosofi, https://www.insee.fr/fr/statistiques/3560121) ; les fichiers les confirment :
activité, pensions, patrimoine, prestations et impôts font 100 %, et les trois prestations leur somme.
"""
_QUARTIERS = (
    ColonneLarge(rf"(DISP_)?TP60_A{_A}", "taux_pauvrete"),
    ColonneLarge(rf"DISP_(Q2|MED)_A{_A}", "niveau_vie_median"),
    ColonneLarge(rf"DISP_PPSOC_A{_A}", "part_prestations_sociales"),
    ColonneLarge(rf"DISP_(D1D9|RD)_A{_A}", "rapport_interdecile"),
    *(ColonneLarge(rf"DISP_{nom}_A{_A}", indicateur) for nom, indicateur in _REPARTITION),
)
_QUARTIERS_LAISSEES = r"DISP_(Q1Q3Q2|EQ|GINI|S80S20|PTSA|PBEN)_A\d{2}|(DISP_)?NOTE(_A\d{2})?"
_DISPONIBLE = (ColonneLarge(rf"Q2{_A}", "niveau_vie_median"), ColonneLarge(rf"PPSOC{_A}", "part_prestations_sociales"))
# À la commune, cinq cases sur six sont secrètes : la répartition ne s'y lit pas.
_REFERENCES = (
    *_DISPONIBLE,
    ColonneLarge(rf"GI{_A}", "indice_gini"),
    ColonneLarge(rf"S80S20{_A}", "rapport_s80s20"),
    *(ColonneLarge(rf"{nom}{_A}", indicateur) for nom, indicateur in _REPARTITION),
)
_DISPONIBLE_LAISSEES = (
    r"NB(MEN|PERS|UC)\d{2}|Q[13]\d{2}|Q3_Q1|D\d\d{2}|RD|S80S20\d{2}|GI\d{2}"
    r"|P(ACT|TSA|CHO|BEN|PEN|PAT|PFAM|PMINI|PLOGT|IMPOT)\d{2}"
)
_COMPARATEUR = (
    ColonneLarge(rf"(TP60|PR_MD60_?){_A}", "taux_pauvrete"),
    ColonneLarge(rf"MED(_SL_?)?{_A}", "niveau_vie_median"),
    ColonneLarge(rf"(PPSOC|S_SOC_BEN_DI_?){_A}", "part_prestations_sociales"),
)
# Depuis 2023 (« Filosofi 2 »), les noms sont ceux des mesures de la forme longue, suivis de l'année ; une reprise les
# donne sans année, qui reste alors à prouver.
_MESURES = (
    ColonneLarge("MED_SL", "niveau_vie_median", "filosofi"),
    ColonneLarge("PR_MD60", "taux_pauvrete", "filosofi"),
    ColonneLarge("D1_SL", "niveau_vie_d1", "filosofi"),
    ColonneLarge("D9_SL", "niveau_vie_d9", "filosofi"),
    ColonneLarge("S_SOC_BEN_DI", "part_prestations_sociales", "filosofi"),
    ColonneLarge("S_HH_TAX", "part_menages_imposes", "filosofi"),
)
_MESURES_LAISSEES = r"(NUM|IR|S|D\d|Q\d|GI|RD|PR)_\w+|(LIB|REG|DEP|EPCI)\w*"
_COMPARATEUR_LAISSEES = (
    r"NB(MEN|PERSMEN)FISC\d{2}|PIMP\d{2}|TP60(AGE|TOL)\d\d{2}|P(ACT|TSA|CHO|BEN|PEN|PAT|PFAM|PMINI|PLOGT|IMPOT)\d{2}"
    r"|D[19]\d{2}|RD\d{2}|(NUM|IR|S|D\d|Q\d|GI|RD)_\w+\d{2}"
)
_SUFFIXES = {
    Maille.COMMUNE: "com",
    Maille.DEPARTEMENT: "dep",
    Maille.REGION: "reg",
    Maille.PAYS: "metropole",
}


def _lire(tableau: Tableau, _referentiel: Referentiel, maille: Maille | None) -> Releve | None:
    if porte(tableau, "MED_SL", "PR_MD60") and (code := tableau.place("code", "CODGEO", "GEO")) is not None:
        return relever(
            tableau, format="filosofi_mesures", titre="Insee, Filosofi par territoire, en mesures sans année",
            source=SourceLue("insee_filosofi_{edition}_mesures", _PRODUCTEUR,
                             f"{_TIRETS}, Filosofi, DS_FILOSOFI_CC (reprise large, édition {{edition}})", rang=2),
            colonnes=_MESURES, laissees=_MESURES_LAISSEES, maille=maille, code=code,
            groupes={"filosofi": "revenus (Filosofi)"},
        )  # fmt: skip
    if colonne_du_code(tableau) is None:
        return None
    if porte(tableau, r"DISP_(Q2|MED)_A\d{2}", r"(DISP_)?TP60_A\d{2}"):
        releve = relever(
            tableau, format="filosofi_qpv", titre="Insee, Filosofi : revenus disponibles des quartiers",
            source=SourceLue("insee_filosofi_{edition}_qpv", "Insee",
                             "Insee, Filosofi {edition}, indicateurs QPV « revenus disponibles »"),
            colonnes=_QUARTIERS, laissees=_QUARTIERS_LAISSEES,
        )  # fmt: skip
    elif porte(tableau, r"Q2\d{2}", r"NBUC\d{2}"):
        par_commune = _par_commune(tableau, maille)
        releve = relever(
            tableau, format="filosofi_disp", titre="Insee, Filosofi : revenus disponibles (communes à métropole)",
            source=SourceLue("insee_filosofi_{edition}_{maille}", _PRODUCTEUR,
                             f"{_TIRETS}, Filosofi {{edition}}, base « revenus disponibles » ({{maille}})"),
            colonnes=_DISPONIBLE if par_commune else _REFERENCES, laissees=_DISPONIBLE_LAISSEES, maille=maille,
        )  # fmt: skip
        maille_lue = maille_de(releve.chiffres[0].territoire) if releve.chiffres else Maille.COMMUNE
        bas = _SUFFIXES.get(maille_lue, str(maille_lue))
        assert releve.source is not None
        releve.source = replace(
            releve.source,
            source=releve.source.source.replace("{maille}", bas),
            titre=releve.source.titre.replace("{maille}", bas.upper()),
        )
    elif porte(tableau, r"MED\d{2}", r"TP60\d{2}", r"NBMENFISC\d{2}") or porte(
        tableau, r"MED_SL_?\d{2}", r"PR_MD60_?\d{2}"
    ):
        releve = relever(
            tableau, format="filosofi_comparateur", titre="Insee, Filosofi : base du comparateur de territoires",
            source=SourceLue("insee_filosofi_{edition}_comparateur", _PRODUCTEUR,
                             f"{_TIRETS}, Filosofi {{edition}}, base du comparateur de territoires"),
            colonnes=_COMPARATEUR, laissees=_COMPARATEUR_LAISSEES, maille=maille,
        )  # fmt: skip
    else:
        return None
    releve.edition = max((c.annee for c in releve.chiffres if c.annee), default=None)
    return releve


def _par_commune(tableau: Tableau, maille: Maille | None) -> bool:
    """Vrai si les codes sont ceux de communes : quatre ou cinq caractères ; neuf pour un EPCI, trois ailleurs."""
    code = colonne_du_code(tableau)
    codes = [cellules[code] for _, cellules in tableau.lignes if code is not None and cellules[code]]
    return maille is Maille.COMMUNE or any(len(c) in {4, 5} for c in codes[:1])


FORMATS = (
    Format("filosofi", "Insee, Filosofi : quartiers, communes, EPCI, départements, régions, métropole", _lire, None),
)
