"""Insee, quartiers de la politique de la ville par thème : Revenus, Démographie, Insertion professionnelle.

Les éditions enrichies (BOM, U+202F, jusqu'à 993 colonnes vides) et les originaux de l'Insee ont les mêmes colonnes.
Le millésime du nom n'est pas l'année des données, et chaque groupe de colonnes a la sienne.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from indicators.imports.moteur.cellules import CelluleLue
from indicators.imports.moteur.large import ColonneLarge, colonne_du_code, porte, relever
from indicators.imports.moteur.releve import Chiffre, Format, Referentiel, Releve, SourceLue, constat, mots
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import departement_de, identifiant
from indicators.socle.observations import Origine, Statut
from indicators.socle.territoires import Maille

_GROUPES = {
    "filosofi": "revenus (Filosofi)",
    "cnaf": "allocataires (Cnaf)",
    "cnam": "complémentaire santé solidaire (Cnam)",
    "population": "population municipale (recensement)",
    "rp": "recensement de la population",
    "pe": "demandeurs d’emploi en fin d’année (Pôle emploi)",
    "pe_t4": "demandeurs d’emploi au 4e trimestre (Pôle emploi)",
}
_ND = Statut.NON_DISPONIBLE
# Une colonne dont rien ne documente le sens reste dans les « laissées » : listée, jamais devinée. Documentent :
# `meta_qp_hackaviz2021.csv`, le dictionnaire des bases Caf par IRIS et les libellés de l'Insee sur ces mêmes variables.
_REVENUS = (
    ColonneLarge("TP60", "taux_pauvrete", "filosofi"),
    ColonneLarge("DISP_Q2", "niveau_vie_median", "filosofi"),
    ColonneLarge("DISP_D1", "niveau_vie_d1", "filosofi"),
    ColonneLarge("DISP_D9", "niveau_vie_d9", "filosofi"),
    ColonneLarge("PPSOC", "part_prestations_sociales", "filosofi"),
    ColonneLarge("PMIMP", "part_menages_imposes", "filosofi"),
    ColonneLarge("PART_CHOMPRINC", "part_menages_revenu_chomage", "filosofi"),
    ColonneLarge("DECUC_Q2", "revenu_declare_median", "filosofi"),
    ColonneLarge("DECUC_Q1", "revenu_declare_q1", "filosofi"),
    ColonneLarge("DECUC_Q3", "revenu_declare_q3", "filosofi"),
    ColonneLarge("DECUC_D1", "revenu_declare_d1", "filosofi"),
    ColonneLarge("DECUC_D9", "revenu_declare_d9", "filosofi"),
    ColonneLarge("BREV", "taux_bas_revenus_declares", "filosofi"),
    ColonneLarge("CC2S", "nb_c2s", "cnam"),
    ColonneLarge("ARSAS", "nb_alloc_rsa_socle", "cnaf"),
    ColonneLarge("AAAH", "nb_alloc_aah", "cnaf"),
    ColonneLarge("APPA", "nb_alloc_prime_activite", "cnaf"),
)
_REVENUS_LAISSEES = (
    r"DECUC_D1D9|DISP_(Q1|Q3|D1D9)|PACT|PPEN|PIMPOT|PPAT|NOTE_\w+|CCMUC|C|C_C2SN?P|APRES50|APRES100|ARSA|A"
)
_CAF = (
    ColonneLarge("A", "nb_allocataires_caf", "cnaf"),
    ColonneLarge("PERCOU", "nb_personnes_couvertes_caf", "cnaf"),
    ColonneLarge("AM", "nb_familles_mono_caf", "cnaf"),
    ColonneLarge("AI", "nb_alloc_isoles", "cnaf"),
    ColonneLarge("ACSSENF", "nb_alloc_couples_sans_enfant", "cnaf"),
    ColonneLarge("ACAVENF", "nb_alloc_couples_avec_enfants", "cnaf"),
    ColonneLarge("AC3ENF", "nb_alloc_couples_3_enfants", "cnaf"),
    ColonneLarge("A_ETUD", "nb_alloc_etudiants", "cnaf"),
    ColonneLarge("A_NETUD(_24)?", "nb_alloc_moins_25_non_etudiants", "cnaf"),
    ColonneLarge("ENF", "nb_enfants_caf", "cnaf"),
    *(
        ColonneLarge(f"ENF_{colonne}", f"nb_enfants_caf_{tranche}", "cnaf")
        for colonne, tranche in (
            *(("2", "0_2"), ("3_5", "3_5"), ("6_10", "6_10")),
            *(("11_14", "11_14"), ("15_17", "15_17"), ("18_24", "18_24")),
        )
    ),
)
_DEMOGRAPHIE = (
    ColonneLarge("POP_MUN", "population", "population", _ND),
    ColonneLarge("TX_F", "part_femmes", "rp", _ND),
    ColonneLarge("TX_TOT_0A24", "part_moins_25", "rp", _ND),
    ColonneLarge("TX_TOT_60ETPLUS", "part_60_plus", "rp", _ND),
    ColonneLarge("IND_JEUNE", "indice_jeunesse", "rp", _ND),
    ColonneLarge("TX_TOT_MEN1", "part_menages_1_personne", "rp", _ND),
    ColonneLarge("TX_TOT_ET", "part_etrangers", "rp", _ND),
    ColonneLarge("TX_F_ET", "part_etrangeres_femmes", "rp", _ND),
    ColonneLarge("TX_TOT_MEN6", "part_menages_6_plus", "rp", _ND),
    ColonneLarge("TX_F_0A24", "part_femmes_moins_25", "rp", _ND),
    ColonneLarge("TX_F_60ETPLUS", "part_femmes_60_plus", "rp", _ND),
    *_CAF,
)
_DEMOGRAPHIE_LAISSEES = r"POP_COM(_QP)?|LIB_COM|TX_F_\w+|NOTE_\w+"
_DEMANDEURS = (
    ColonneLarge("ABCDE", "nb_defm_abcde", "pe"),
    ColonneLarge("ABCDE_F", "nb_defm_abcde_femmes", "pe"),
    ColonneLarge("ABCDE_H", "nb_defm_abcde_hommes", "pe"),
    ColonneLarge("ABC", "nb_defm_abc", "pe"),
    ColonneLarge("A", "nb_defm_a", "pe"),
    *(
        ColonneLarge(f"ABC_{colonne}", f"nb_defm_abc_{sorte}", "pe")
        for colonne, sorte in (
            *(("F", "femmes"), ("H", "hommes"), ("25", "moins_26"), ("2649", "26_49"), ("50", "50_plus")),
            *(("FR", "francais"), ("E", "etrangers"), ("INFCAPBEP", "inf_cap"), ("CAPBEP", "cap"), ("BAC", "bac")),
            *(("SUPBAC", "sup_bac"), ("DUR4", "2_ans_plus")),
        )
    ),
    *(
        ColonneLarge(f"ABC_{colonne}_{sexe}", f"nb_defm_abc_{niveau}_{mot}", "pe")
        for colonne, niveau in (("INFCAPBEP", "inf_cap"), ("CAPBEP", "cap"), ("BAC", "bac"), ("SUPBAC", "sup_bac"))
        for sexe, mot in (("F", "femmes"), ("H", "hommes"))
    ),
    ColonneLarge("A_F", "nb_defm_a_femmes", "pe"),
    ColonneLarge("A_H", "nb_defm_a_hommes", "pe"),
    ColonneLarge("A_N_T4", "nb_defm_a_t4", "pe_t4"),
)
_INSERTION = (
    ColonneLarge("TX_TOT_EMPL", "taux_emploi_15_64", "rp", _ND),
    ColonneLarge("TX_F_EMPL", "taux_emploi_femmes", "rp", _ND),
    ColonneLarge("TX_ET_EMPL", "taux_emploi_etrangers", "rp", _ND),
    ColonneLarge("TX_TOT_EPREC", "part_emploi_precaire", "rp", _ND),
    ColonneLarge("TX_F_EPREC", "part_emploi_precaire_femmes", "rp", _ND),
    ColonneLarge("TX_ET_EPREC", "part_emploi_precaire_etrangers", "rp", _ND),
    ColonneLarge("TX_TOT_EDLIM", "part_emploi_duree_limitee", "rp", _ND),
    ColonneLarge("TX_F_EDLIM", "part_emploi_duree_limitee_femmes", "rp", _ND),
    ColonneLarge("TX_ET_EDLIM", "part_emploi_duree_limitee_etrangers", "rp", _ND),
    *_DEMANDEURS,
)
_INSERTION_LAISSEES = (
    r"C(A|UI|IE|AE)(_\w+)?|EAV(_\w+)?|EVOL_\w+ ?|NOTE_\w+|ABC_(RSA|QAL\d|DUR\d)(_[FH])?"
    r"|ABC_\w+_[FH]|A_N1_T4"
)
_EDUCATION = (ColonneLarge("TX_NSNE_16A25", "part_neet_16_25", "educ"),)
_EDUCATION_LAISSEES = r"EFF_\w+|RET_\w+|TX_\w+|NB_\w+|NOTE_\w+|EC_\w+|COLL\w*"
_GROUPES |= {"educ": "scolarité (Éducation nationale, Insee)"}


def _lire(tableau: Tableau, referentiel: Referentiel, maille: Maille | None) -> Releve | None:
    if colonne_du_code(tableau) is None:
        return None
    commun: dict[str, Any] = {"groupes": _GROUPES, "maille": maille}
    if porte(tableau, "TP60", "DISP_Q2", "DECUC_Q2"):
        source = SourceLue(
            "insee_qpv_revn_{edition}",
            "Insee, DGFiP, Cnaf, Cnam",
            "Insee, données par thème sur les quartiers de la politique de la ville : Revenus, édition {edition}",
        )
        titre = "Insee, quartiers par thème : Revenus (REVN)"
        releve = relever(
            tableau,
            format="insee_qpv_revn",
            titre=titre,
            source=source,
            colonnes=_REVENUS,
            laissees=_REVENUS_LAISSEES,
            **commun,
        )
        _c2s(tableau, releve)
        return releve
    if porte(tableau, "POP_MUN", "TX_TOT_0A24"):
        source = SourceLue(
            "insee_qpv_demo_{edition}",
            "Insee, Cnaf",
            "Insee, données par thème sur les quartiers de la politique de la ville : Démographie, édition {edition}",
        )
        titre = "Insee, quartiers par thème : Démographie (DEMO)"
        releve = relever(
            tableau, format="insee_qpv_demo", titre=titre, source=source, colonnes=_DEMOGRAPHIE,
            laissees=_DEMOGRAPHIE_LAISSEES, **commun,
        )  # fmt: skip
        _communes(tableau, referentiel, releve)
        releve.relire = True
        return releve
    if porte(tableau, "TX_TOT_EMPL", "ABC", "ABCDE"):
        source = SourceLue(
            "insee_qpv_ipro_{edition}",
            "Insee, Pôle emploi, ASP",
            "Insee, données par thème sur les quartiers de la politique de la ville : Insertion professionnelle, "
            "édition {edition}",
        )
        titre = "Insee, quartiers par thème : Insertion professionnelle (IPRO)"
        return relever(
            tableau, format="insee_qpv_ipro", titre=titre, source=source, colonnes=_INSERTION,
            laissees=_INSERTION_LAISSEES, **commun,
        )  # fmt: skip
    return _d_un_theme(tableau, maille)


def _d_un_theme(tableau: Tableau, maille: Maille | None) -> Releve | None:
    """Les fichiers d'un seul thème, tels que l'Insee les publie sur les périmètres de 2024 : mêmes variables."""
    for court, titre, producteur, marques, colonnes, laissees in (
        ("educ", "Scolarité", "Insee, Éducation nationale", ("TX_NSNE_16A25",), _EDUCATION, _EDUCATION_LAISSEES),
        ("defm", "Demandeurs d’emploi", "Insee, France Travail", ("ABC", "ABCDE"), _DEMANDEURS, _INSERTION_LAISSEES),
        ("caf", "Allocataires", "Insee, Cnaf", ("A", "PERCOU"), (*_CAF, *_REVENUS[-3:]), r"NOTE\w*|AAL|AAPL|A[A-Z]+"),
    ):
        if porte(tableau, *marques) and tableau.place("DEPCOM", "IRIS", "NOTE") is None:
            theme = "Insee, données par thème sur les quartiers de la politique de la ville"
            return relever(
                tableau,
                format=f"insee_qpv_{court}",
                titre=f"Insee, quartiers par thème : {titre}",
                source=SourceLue(
                    f"insee_qpv_{court}_{{edition}}", producteur, f"{theme} : {titre}, édition {{edition}}"
                ),
                colonnes=colonnes,
                laissees=laissees,
                groupes=_GROUPES,
                maille=maille,
            )
    return None


_PROPRES = tuple(
    declaree for declaree in (*_REVENUS, *_DEMOGRAPHIE, *_INSERTION, *_EDUCATION) if len(declaree.motif) >= 4
)
"""Les variables dont le nom ne veut dire qu'une chose : « A » compte des allocataires ici, des demandeurs là."""


def _theme_inconnu(tableau: Tableau, _referentiel: Referentiel, maille: Maille | None) -> Releve | None:
    """Un fichier de quartiers que l'on ne connaît pas, pour ses variables connues ; les autres sont listées."""
    code = colonne_du_code(tableau)
    if code is None or not any(porte(tableau, declaree.motif) for declaree in _PROPRES):
        return None
    quartiers = sum((identifiant(cellules[code]) or "").startswith("Q") for _, cellules in tableau.lignes)
    if 2 * quartiers <= len(tableau.lignes):
        return None
    titre = "Insee, quartiers par thème : variables connues d’un fichier qui ne l’est pas"
    return relever(
        tableau, format="insee_qpv_autre", titre=titre,
        source=SourceLue(
            "insee_qpv_autre_{edition}", "Insee",
            "Insee, données par thème sur les quartiers de la politique de la ville, édition {edition}",
        ),
        colonnes=_PROPRES, laissees=r"NOTE\w*", groupes=_GROUPES, maille=maille,
    )  # fmt: skip


def _c2s(tableau: Tableau, releve: Releve) -> None:
    """Depuis l'édition 2022, la C2S est en deux colonnes, sans et avec participation : leur somme est la population."""
    code, sans, avec = colonne_du_code(tableau), tableau.place("C_C2SNP"), tableau.place("C_C2SP")
    if code is None or sans is None or avec is None:
        return
    releve.groupes["cnam"] = _GROUPES["cnam"]
    for numero, cellules in tableau.lignes:
        quartier = identifiant(cellules[code])
        lues = [releve.lire(cellules[place], None, numero, tableau.entete[place]) for place in (sans, avec)]
        parts = [lue.valeur for lue in lues if lue is not None and lue.valeur.isdigit()]
        if quartier is None or len(parts) < len(lues):
            continue
        total = str(sum(map(int, parts)))
        releve.chiffres.append(
            Chiffre(quartier, "nb_c2s", "cnam", None, CelluleLue(Statut.EXACT, total), "", "C_C2SNP + C_C2SP", numero,
                    f"C2S sans participation et avec participation : {' + '.join(parts)} = {total}.",
                    Origine.CALCULEE, passage=f"{cellules[code]} | C_C2SNP + C_C2SP")
        )  # fmt: skip


def _communes(tableau: Tableau, referentiel: Referentiel, releve: Releve) -> None:
    """Le lien quartier → communes, par leurs noms (`LIB_COM`, « Denain, Douchy-les-Mines, Lourches »)."""
    code, noms = colonne_du_code(tableau), tableau.place("LIB_COM")
    if noms is None or code is None:
        return
    ailleurs: dict[str, set[str]] = defaultdict(set)
    for (_, nom), commune in referentiel.communes.items():
        ailleurs[nom].add(commune)
    for numero, cellules in tableau.lignes:
        quartier = identifiant(cellules[code])
        departement = departement_de(quartier) if quartier else None
        if quartier and departement:
            for nom in filter(None, cellules[noms].split(", ")):
                trouvee = referentiel.communes.get((departement, mots(nom)))
                seule = ailleurs.get(mots(nom), set())
                if trouvee is None and len(seule) == 1:  # à cheval sur un autre département
                    (trouvee,) = seule
                if trouvee is not None:
                    releve.liens.append((quartier, trouvee, "commune"))
                elif referentiel.communes:
                    releve.constats.append(constat(numero, "LIB_COM", f"{quartier} : commune « {nom} » non reconnue"))


FORMATS = (
    Format("insee_qpv", "Insee, quartiers de la politique de la ville par thème (REVN, DEMO, IPRO)", _lire, None),
)
SECOURS = (
    Format(
        "insee_qpv_autre", "Insee, quartiers de la politique de la ville, autre fichier par thème", _theme_inconnu, None
    ),
)
"""Essayés après tous les autres formats."""
