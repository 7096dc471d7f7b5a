"""Insee, quartiers de la politique de la ville par thème : Revenus, Démographie, Insertion professionnelle.

Les éditions enrichies (BOM, U+202F, jusqu'à 993 colonnes vides) et les originaux de l'Insee ont les mêmes colonnes.
Le millésime du nom n'est pas l'année des données, et chaque groupe de colonnes a la sienne.
"""

from __future__ import annotations

from indicators.imports.moteur.large import Colonne, colonne_du_code, porte, relever
from indicators.imports.moteur.lecteur import Tableau
from indicators.imports.moteur.releve import Format, Referentiel, Releve, SourceLue, constat, mots
from indicators.socle.observations import Statut
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
_REVENUS = (
    Colonne("TP60", "taux_pauvrete", "filosofi"),
    Colonne("DISP_Q2", "niveau_vie_median", "filosofi"),
    Colonne("PPSOC", "part_prestations_sociales", "filosofi"),
    Colonne("CC2S", "nb_c2s", "cnam"),
)
_REVENUS_LAISSEES = (
    r"PMIMP|PART_CHOMPRINC|DECUC_\w+|BREV|DISP_(Q1|Q3|D1|D9|D1D9)|PACT|PPEN|PIMPOT|PPAT|NOTE_\w+|CCMUC|C|C_C2SN?P"
    r"|APRES50|APRES100|APPA|ARSAS?|AAAH|A"
)
_DEMOGRAPHIE = (
    Colonne("POP_MUN", "population", "population", _ND),
    Colonne("TX_F", "part_femmes", "rp", _ND),
    Colonne("TX_TOT_0A24", "part_moins_25", "rp", _ND),
    Colonne("TX_TOT_60ETPLUS", "part_60_plus", "rp", _ND),
    Colonne("IND_JEUNE", "indice_jeunesse", "rp", _ND),
    Colonne("TX_TOT_MEN1", "part_menages_1_personne", "rp", _ND),
    Colonne("TX_TOT_ET", "part_etrangers", "rp", _ND),
    Colonne("A", "nb_allocataires_caf", "cnaf"),
    Colonne("AM", "nb_familles_mono_caf", "cnaf"),
)
_DEMOGRAPHIE_LAISSEES = (
    r"POP_COM(_QP)?|LIB_COM|TX_F_\w+|TX_TOT_MEN6|NOTE_\w+|PERCOU|AI|ACSSENF|ACAVENF|AC3ENF|A_N?ETUD(_24)?|ENF(_\w+)?"
)
_INSERTION = (
    Colonne("TX_TOT_EMPL", "taux_emploi_15_64", "rp", _ND),
    Colonne("TX_F_EMPL", "taux_emploi_femmes", "rp", _ND),
    Colonne("TX_TOT_EPREC", "part_emploi_precaire", "rp", _ND),
    Colonne("ABC", "nb_defm_abc", "pe"),
    Colonne("A_N_T4", "nb_defm_a_t4", "pe_t4"),
)
_INSERTION_LAISSEES = (
    r"TX_ET_EMPL|TX_(F|ET)_EPREC|TX_\w+_EDLIM|C(A|UI|IE|AE)(_\w+)?|EAV(_\w+)?|EVOL_\w+ ?|NOTE_\w+|ABCDE(_[FH])?"
    r"|ABC_\w+|A(_[FH])?|A_N1_T4"
)


def _lire(tableau: Tableau, referentiel: Referentiel, maille: Maille | None) -> Releve | None:
    if colonne_du_code(tableau) is None:
        return None
    commun = {"groupes": _GROUPES, "maille": maille}
    if porte(tableau, "TP60", "DISP_Q2", "DECUC_Q2"):
        source = SourceLue(
            "insee_qpv_revn_{edition}",
            "Insee, DGFiP, Cnaf, Cnam",
            "Insee, données par thème sur les quartiers de la politique de la ville : Revenus, édition {edition}",
        )
        titre = "Insee, quartiers par thème : Revenus (REVN)"
        return relever(
            tableau,
            format="insee_qpv_revn",
            titre=titre,
            source=source,
            colonnes=_REVENUS,
            laissees=_REVENUS_LAISSEES,
            **commun,
        )
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
    return None


def _communes(tableau: Tableau, referentiel: Referentiel, releve: Releve) -> None:
    """Le lien quartier → communes, par leurs noms (`LIB_COM`, « Denain, Douchy-les-Mines, Lourches »)."""
    from indicators.socle.codes import departement_de, identifiant

    code, noms = colonne_du_code(tableau), tableau.place("LIB_COM")
    if noms is None or code is None:
        return
    for numero, cellules in tableau.lignes:
        quartier = identifiant(cellules[code])
        departement = departement_de(quartier) if quartier else None
        if quartier and departement:
            for nom in filter(None, cellules[noms].split(", ")):
                if commune := referentiel.communes.get((departement, mots(nom))):
                    releve.liens.append((quartier, commune, "commune"))
                elif referentiel.communes:
                    releve.constats.append(constat(numero, "LIB_COM", f"{quartier} : commune « {nom} » non reconnue"))


FORMATS = (Format("insee_qpv", "Insee, quartiers de la politique de la ville par thème (REVN, DEMO, IPRO)", _lire),)
