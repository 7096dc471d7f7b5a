"""La vie des lieux : ce que deux éditions d'une liste disent, appliqué sur demande ; des chiffres qui ne se mêlent pas.

Les éditions de 2024 sont de vraies lignes du COG, de la DGCL et de l'Insee ; celles de 2026 en sont des copies où les
changements sont écrits à la main.
"""

from __future__ import annotations

import csv
import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import PETITE_BASE, ecrire_csv
from depots import OUVERTES, classeur, depot, exige_donnees_ouvertes

from indicators.__main__ import main
from indicators.analyse.comparaison import Jugement, Motif, comparer
from indicators.analyse.comparatif import confronter
from indicators.analyse.evolution import MotifEvolution, separation, suivre_ecart
from indicators.analyse.portrait import dresser
from indicators.analyse.series import suivre
from indicators.base.base import Base
from indicators.base.carte import contours
from indicators.base.construction import assurer, construire, empreinte
from indicators.donnees.schema import FICHIERS
from indicators.imports.moteur.ajout import annuler, appliquer
from indicators.imports.moteur.annees import Demande
from indicators.imports.moteur.lot import preparer
from indicators.imports.moteur.monde import Monde
from indicators.imports.moteur.mouvements import Nature
from indicators.imports.moteur.rapport import Rapport, rapporter
from indicators.imports.moteur.reconnaissance import Fichier
from indicators.imports.moteur.sommes import sommer
from indicators.recit import phrases
from indicators.recit.resume import chapeau
from indicators.socle.erreurs import ErreurImport
from indicators.socle.territoires import Maille

BETHUNE, BRUAY, LENS, LIEVIN, AVION = "COM62119", "COM62178", "COM62498", "COM62510", "COM62065"
CABBALR, CALL = "EPCI200072460", "EPCI246200364"
_NOMS = {BETHUNE: "Béthune", BRUAY: "Bruay-la-Buissière", LENS: "Lens", LIEVIN: "Liévin", AVION: "Avion"}
_EPCI = {BETHUNE: CABBALR, BRUAY: CABBALR, LENS: CALL, LIEVIN: CALL, AVION: CALL}

COG_2024 = """TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT
COM,62065,32,62,62D,627,1,AVION,Avion,Avion,6206,
COM,62119,32,62,62D,622,0,BETHUNE,Béthune,Béthune,6209,
COM,62178,32,62,62D,622,0,BRUAY LA BUISSIERE,Bruay-la-Buissière,Bruay-la-Buissière,6215,
COM,62498,32,62,62D,627,0,LENS,Lens,Lens,6229,
COM,62510,32,62,62D,627,0,LIEVIN,Liévin,Liévin,6230,
"""
COG_2026 = (
    COG_2024.replace(
        "COM,62510,32,62,62D,627,0,LIEVIN,Liévin,Liévin,6230,", "COMD,62510,,,,,0,LIEVIN,Liévin,Liévin,,62498"
    ).replace("BETHUNE,Béthune,Béthune", "BETHUNE EN ARTOIS,Béthune-en-Artois,Béthune-en-Artois")
    + "COM,62900,32,62,62D,622,0,NEUVILLE,Neuville,Neuville-l'Essai,6215,\n"
)
MVT_2025 = """MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,\
TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP
32,2025-01-01,COM,62510,0,LIEVIN,Liévin,Liévin,COM,62498,0,LENS,Lens,Lens
32,2025-01-01,COM,62510,0,LIEVIN,Liévin,Liévin,COMD,62510,0,LIEVIN,Liévin,Liévin
32,2025-01-01,COM,62498,0,LENS,Lens,Lens,COM,62498,0,LENS,Lens,Lens
"""
EPCI_2026 = (
    "\ufeffCODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\r\n"
    "62065;Avion;246200364;CA de Lens - Liévin;62;32\r\n62119;Béthune;200072460;CA de Béthune-Bruay;62;32\r\n"
    "62178;Bruay-la-Buissière;246200364;CA de Lens - Liévin;62;32\r\n62498;Lens;246200364;CA de Lens - Liévin;62;32\r\n"
    "62510;Liévin;246200364;CA de Lens - Liévin;62;32\r\n"
)
EPCI_2020 = EPCI_2026.replace("62065;Avion;246200364;CA de Lens - Liévin", "62065;Avion;200072460;CA de Béthune-Bruay")
POPULATIONS = "REG;Région;DEP;CODARR;CODCAN;CODCOM;COM;Commune;PMUN;PCAP;PTOT\n" + "".join(
    f"32;Hauts-de-France;62;7;01;{code[-3:]};{code[3:]};{nom};{n};0;{n}\n"
    for code, nom, n in ((BETHUNE, "Béthune", 25000), (BRUAY, "Bruay-la-Buissière", 21800), (AVION, "Avion", 17600),
                         (LENS, "Lens", 63000))
)  # fmt: skip
"""La population de 2023, publiée en 2026 : Lens y compte Liévin, qui n'a plus de ligne."""


def _epcicom(annee: int, lignes: list[tuple[int, str, str, str]]) -> bytes:
    membres = {siren: sum(s == siren for s, *_ in lignes) for siren, *_ in lignes}
    entete = ["dept", "siren", "raison_sociale", "nb_membres", "dep_com", "insee", "nom_membre", f"pmun_{annee}"]
    return classeur([entete, *(["62", s, nom, membres[s], "62", com, lib, 1000] for s, nom, com, lib in lignes)])


DGCL_2026 = _epcicom(
    2026,
    [
        (200999999, "CA de l'Artois", "62119", "Béthune"),
        (200999999, "CA de l'Artois", "62178", "Bruay-la-Buissière"),
        *(
            (246200364, "CA de Lens - Liévin", c, n)
            for c, n in (("62065", "Avion"), ("62498", "Lens"), ("62510", "Liévin"))
        ),
    ],
)


def _chiffre(territoire: str, indicateur: str, annee: str, valeur: str) -> dict[str, str]:
    return {"territoire": territoire, "indicateur": indicateur, "annee": annee, "valeur": valeur, "statut": "exact",
            "fiabilite": "sure", "source": "insee", "ligne": "1", "passage": valeur, "imprime": valeur,
            "origine": "publiee"}  # fmt: skip


@pytest.fixture
def bassin(tmp_path: Path, locales: Path) -> Path:
    """Cinq communes, deux agglomérations, un quartier de Liévin et un de Bruay ; listes de 2024."""

    def lieu(code: str, maille: str, nom: str, **reste: str) -> dict[str, str]:
        officiel = code.removeprefix("COM").removeprefix("EPCI")
        return {"territoire": code, "maille": maille, "nom": nom, "nom_court": nom, "code_officiel": officiel, **reste}

    lieux = [lieu(code, "commune", nom) for code, nom in _NOMS.items()]
    lieux += [lieu(CABBALR, "epci", "CA de Béthune-Bruay"), lieu(CALL, "epci", "CA de Lens - Liévin")]
    lieux += [
        {"territoire": code, "maille": maille, "nom": nom, "nom_court": nom, "code_officiel": code[3:]}
        for code, maille, nom in (("DEP62", "departement", "Pas-de-Calais"), ("REG32", "region", "Hauts-de-France"))
    ]
    lieux += [lieu(q, "quartier", q, geographie="2015", statut="QPV") for q in ("QP062045", "QP062017")]
    liens = [{"territoire": c, "parent": e, "nature": "epci"} for c, e in _EPCI.items()]
    liens += [{"territoire": c, "parent": "DEP62", "nature": "departement"} for c in (*_NOMS, CABBALR, CALL)]
    liens += [{"territoire": "DEP62", "parent": "REG32", "nature": "region"}]
    for quartier, commune in (("QP062045", LIEVIN), ("QP062017", BRUAY)):
        liens += [{"territoire": quartier, "parent": commune, "nature": "commune"},
                  {"territoire": quartier, "parent": _EPCI[commune], "nature": "epci"}]  # fmt: skip
    chiffres = [_chiffre(c, "population", a, v) for c, a, v in (
        (LENS, "2018", "31000"), (LENS, "2013", "32000"), (LIEVIN, "2018", "30900"), (AVION, "2018", "17700"),
        (BETHUNE, "2018", "25100"), (BRUAY, "2018", "21900"),
        (CALL, "2018", "242000"), (CALL, "2013", "243000"))]  # fmt: skip
    chiffres += [_chiffre(c, "taux_pauvrete", "2018", v) for c, v in (
        (LENS, "34,0"), (LIEVIN, "33,0"), (AVION, "32,0"), (CALL, "24,0"), ("REG32", "18,0"))]  # fmt: skip
    chiffres += [_chiffre(c, "nb_communes", "2024", str(n)) for c, n in ((CABBALR, 2), (CALL, 3))]
    feuilles = PETITE_BASE | {"territoires": lieux, "appartenances": liens, "filiations": [], "observations": chiffres}
    feuilles["indicateurs"] = [*PETITE_BASE["indicateurs"],
        {"indicateur": "nb_communes", "libelle": "Communes", "libelle_court": "Communes", "theme": "population",
         "pilier": "Cohésion sociale", "unite": "communes", "decimales": "0", "sens": "neutre", "mini": "0",
         "definition": "Nombre de communes."}]  # fmt: skip
    for feuille, nom in (*FICHIERS.items(), ("observations", "observations/essai.csv")):
        ecrire_csv(tmp_path / "data" / nom, feuille, feuilles.get(feuille, []))
    return tmp_path / "data"


@pytest.fixture
def base(bassin: Path) -> Iterator[Base]:
    ouverte = Base(construire(bassin))
    yield ouverte
    ouverte.fermer()


def _rapport(base: Base, *fichiers: Fichier, mouvements: bool = False, **demande: object) -> Rapport:
    lot = preparer(list(fichiers), base, demande=Demande(**demande), mouvements=mouvements)  # type: ignore[arg-type]
    return rapporter(lot, base.catalogue)


def _dits(rapport: Rapport) -> list[str]:
    return [m.phrase for m in rapport.lot.mouvements]


def test_la_meme_edition_ne_dit_rien(base):
    assert _dits(_rapport(base, depot("communes_2024.csv", COG_2024))) == []
    assert (
        _dits(
            _rapport(
                base,
                depot(
                    "EPCI_2024.csv",
                    EPCI_2026.replace(
                        "62178;Bruay-la-Buissière;246200364;CA de Lens - Liévin",
                        "62178;Bruay-la-Buissière;200072460;CA de Béthune-Bruay",
                    ),
                ),
            )
        )
        == []
    )


def test_les_communes_d_une_nouvelle_edition_sont_dites_et_rien_n_est_applique(base):
    rapport = _rapport(base, depot("v_commune_2026.csv", COG_2026))
    entre = ", entre le 1er janvier 2024 et le 1er janvier 2026"
    assert f"Liévin (62510) a fusionné dans Lens (62498){entre}" in _dits(rapport)
    assert f"Neuville-l'Essai (62900) est nouvelle dans la liste{entre}" in _dits(rapport)
    assert any(
        p.startswith("COM62119 : « Béthune » gardé, v_commune_2026.csv écrit « Béthune-en-Artois »")
        for p in _dits(rapport)
    )
    assert len(_dits(rapport)) == 3
    assert "rien n’en est appliqué" in rapport.texte() and rapport.est_vide


def test_sans_dire_ou_elle_est_allee_une_commune_n_est_plus_dans_la_liste(base):
    sans = "".join(ligne for ligne in COG_2024.splitlines(keepends=True) if "62510" not in ligne)
    (dite,) = _dits(_rapport(base, depot("communes.csv", sans)))
    assert dite == "Liévin (62510) n’est plus dans la liste"


def test_un_extrait_ne_fait_disparaitre_personne(base):
    extrait = "".join(COG_2024.splitlines(keepends=True)[:3])
    assert _dits(_rapport(base, depot("communes_2026.csv", extrait))) == []


def test_le_fichier_des_mouvements_date_la_fusion(base):
    (dite,) = _dits(_rapport(base, depot("v_mvtcommune_2025.csv", MVT_2025)))
    assert dite == "Liévin (62510) a fusionné dans Lens (62498) au 1er janvier 2025"


def test_une_commune_qui_change_d_epci(base):
    (dite,) = _dits(_rapport(base, depot("EPCI_2026.csv", EPCI_2026)))
    assert dite == (
        "Bruay-la-Buissière (62178) passe de l’EPCI CA de Béthune-Bruay (200072460) à l’EPCI CA de Lens - Liévin "
        "(246200364), entre le 1er janvier 2024 et le 1er janvier 2026"
    )


def test_une_liste_d_avant_est_dite_telle_et_jamais_appliquee(base):
    rapport = _rapport(base, depot("EPCI_2020.csv", EPCI_2020), mouvements=True)
    assert any(
        "Avion (62065) passe" in p and "liste de 2020, antérieure à celle de la base, 2024" in p for p in _dits(rapport)
    )
    assert not rapport.lot.feuilles["appartenances"] and not rapport.lot.feuilles["ruptures"]


def test_un_epci_qui_disparait_et_celui_qui_nait(base):
    dits = _dits(_rapport(base, depot("epcicom.xlsx", DGCL_2026)))
    assert any(
        p.startswith(
            "l’EPCI CA de Béthune-Bruay (200072460) n’est plus dans la liste : "
            "ses communes sont passées à CA de l'Artois (200999999) (2)"
        )
        for p in dits
    )
    assert any(
        p.startswith(
            "l’EPCI CA de l'Artois (200999999) est nouveau ; "
            "ses communes viennent de CA de Béthune-Bruay (200072460) (2)"
        )
        for p in dits
    )


def test_appliquer_sans_edition_est_refuse(base):
    with pytest.raises(ErreurImport, match=r"ne dit pas son édition : donnez-la \(--edition 2025\)"):
        _rapport(base, depot("communes.csv", COG_2026), mouvements=True)


@pytest.fixture
def fusionnee(bassin: Path, base: Base) -> Iterator[Base]:
    """La base après la fusion de Liévin dans Lens, Béthune renommée, et la population de 2023."""
    appliquer(_rapport(base, depot("v_commune_2026.csv", COG_2026), mouvements=True), bassin)
    apres = Base(assurer(bassin).chemin)
    appliquer(_rapport(apres, depot("pop.csv", POPULATIONS), annees={"": 2023}, edition=2026), bassin)
    apres.fermer()
    derniere = Base(assurer(bassin).chemin)
    yield derniere
    derniere.fermer()


def test_apres_la_fusion_les_ecrans_montrent_les_liens_d_aujourd_hui(fusionnee):
    assert fusionnee.communes_de(CALL) == [AVION, LENS]
    assert [t.territoire for t in fusionnee.fiche("QP062045").communes] == [LENS]
    assert fusionnee.territoire(BETHUNE).nom == "Béthune-en-Artois"
    assert fusionnee.trouver(BETHUNE) in fusionnee.chercher("bethune"), "l'ancien nom se cherche encore"
    assert fusionnee.territoire("COM62900").nom == "Neuville-l'Essai"
    assert fusionnee.fusionnees[LIEVIN] == (LENS, 2026)
    assert [t.territoire for t, _ in fusionnee.absorbees(LENS)] == [LIEVIN]
    dates = fusionnee._toutes(
        "SELECT parent, nature, depuis, jusqu_a FROM appartenances WHERE territoire = ?", [LIEVIN]
    )
    assert set(dates) == {
        (CALL, "epci", None, 2024),
        ("DEP62", "departement", None, 2024),
        (LENS, "fusion", 2026, None),
    }


def test_annuler_rend_l_empreinte_de_la_base(bassin, base):
    avant = empreinte(bassin)
    entree = appliquer(_rapport(base, depot("v_commune_2026.csv", COG_2026), mouvements=True), bassin)
    assert empreinte(bassin) != avant
    annuler(bassin, entree.numero)
    assert empreinte(bassin) == avant
    rendue = Base(assurer(bassin).chemin)
    assert LIEVIN in rendue.communes_de(CALL)
    rendue.fermer()


def _suivi(base: Base, code: str, indicateur: str):
    return suivre(base, base.fiche(code), base.catalogue.indicateur(indicateur), [])


def test_une_evolution_a_travers_la_fusion_est_une_rupture_et_dit_sa_raison(fusionnee):
    """2018 et 2013 sont sur l'ancien Lens, 2023 sur le nouveau, publié en 2026 : seule la fin est coupée."""
    suivi = _suivi(fusionnee, LENS, "population")
    assert [[o.annee for o in segment] for segment in suivi.serie.segments] == [[2013, 2018], [2023]]
    evolution = suivi.trajectoire.evolution
    assert (evolution.motif, evolution.variation) == (MotifEvolution.RUPTURE, None)
    assert evolution.rupture is not None
    assert evolution.rupture.raison == "le périmètre de Lens a changé, à partir de 2025 : Liévin y est entrée"
    assert evolution.rupture.source.startswith("Insee, code officiel géographique : communes")
    assert _suivi(fusionnee, AVION, "population").trajectoire.evolution.motif is not MotifEvolution.RUPTURE


def test_le_perimetre_suit_le_fichier_et_non_l_annee(fusionnee):
    suivis = fusionnee._toutes("SELECT territoire, source, perimetre FROM perimetres")
    assert suivis == [(LENS, "insee_populations_2026", 2025)]
    lens = {o.annee: o.perimetre for o in fusionnee.observations([LENS], ["population"])}
    assert lens == {2013: 2025, 2018: 2025, 2023: None}
    assert {o.perimetre for o in fusionnee.observations([LIEVIN])} == {2026}, "elle n'existe plus"


def test_un_fichier_qui_a_encore_la_commune_absorbee_est_sur_l_ancien_perimetre(fusionnee, bassin):
    ancien = (
        POPULATIONS.replace("63000;0;63000", "31500;0;31500")
        + "32;Hauts-de-France;62;7;01;510;62510;Liévin;31000;0;31000\n"
    )
    appliquer(_rapport(fusionnee, depot("pop2019.csv", ancien), annees={"": 2019}, edition=2022), bassin)
    apres = Base(assurer(bassin).chemin)
    assert (LENS, "insee_populations_2022", 2024) in apres._toutes("SELECT * FROM perimetres")
    assert {o.annee: o.perimetre for o in apres.observations([LENS], ["population"])}[2019] == 2025
    apres.fermer()


def test_comparer_ne_mele_pas_les_deux_perimetres(fusionnee):
    taux = fusionnee.catalogue.indicateur("taux_pauvrete")
    lieux = fusionnee.territoires([LENS, LIEVIN, AVION])
    vue = confronter(fusionnee, taux, lieux, [fusionnee.territoire(CALL)], "2018")
    assert [ligne.territoire.territoire for ligne in vue.lignes] == [AVION]
    assert [t.territoire for t in vue.autre_perimetre] == [LENS, LIEVIN]
    chiffre = next(o for o in fusionnee.observations([LENS], ["taux_pauvrete"]))
    reference = next(o for o in fusionnee.observations([CALL], ["taux_pauvrete"]))
    comparaison = comparer(chiffre, reference, taux)
    assert (comparaison.ecart, comparaison.motif, comparaison.jugement) == (
        34 - 24,
        Motif.ANCIEN_PERIMETRE,
        Jugement.INDETERMINE,
    )
    assert phrases.motif(comparaison) == "chiffre d’un ancien périmètre, changé en 2025"


def test_l_ecart_avec_une_agglomeration_qui_change_ne_se_suit_pas(bassin, base):
    appliquer(_rapport(base, depot("EPCI_2026.csv", EPCI_2026), mouvements=True), bassin)
    apres = Base(assurer(bassin).chemin)
    assert [t.territoire for t in apres.fiche("QP062017").agglomerations] == [CALL], "le quartier suit sa commune"
    assert apres.fiche(BRUAY).agglomeration.territoire == CALL
    raisons = {r.territoires: r.raison for r in apres.catalogue.ruptures}
    assert (
        raisons[(CALL,)]
        == "le périmètre de CA de Lens - Liévin a changé, à partir de 2025 : Bruay-la-Buissière y est entrée"
    )
    avant, nouveau = (
        o._replace(annee=annee, perimetre=p)
        for o in apres.observations([CALL], ["taux_pauvrete"])
        for annee, p in ((2018, 2025), (2026, None))
    )
    sien = next(o for o in apres.observations([AVION], ["taux_pauvrete"]))
    suivi = suivre_ecart(
        (sien, avant), (sien._replace(annee=2026), nouveau), apres.catalogue.indicateur("taux_pauvrete")
    )
    assert suivi.motif is MotifEvolution.PERIMETRE_REFERENCE
    apres.fermer()


def test_un_epci_qui_en_devient_un_autre(bassin, base):
    appliquer(_rapport(base, depot("epcicom.xlsx", DGCL_2026), mouvements=True), bassin)
    apres = Base(assurer(bassin).chemin)
    assert apres.communes_de("EPCI200999999") == [BETHUNE, BRUAY]
    assert apres.communes_de(CABBALR) == []
    assert apres.fusionnees[CABBALR] == ("EPCI200999999", 2026)
    assert {o.perimetre for o in apres.observations([CABBALR])} == {2026}
    apres.fermer()


def test_une_somme_prend_les_communes_de_son_annee(bassin, base):
    """Bruay est à Béthune en 2020, à Lens en 2026 ; en 2025, aucune liste ne dit où elle est."""
    appliquer(_rapport(base, depot("EPCI_2026.csv", EPCI_2026), mouvements=True), bassin)
    apres = Base(assurer(bassin).chemin)
    monde = Monde(apres)
    monde.nombre_de_communes |= {CABBALR: 1, CALL: 4}
    connu = monde.referentiel()
    assert [connu.groupements(BRUAY, annee) for annee in (2020, 2025, 2026, None)] == [[CABBALR], [], [CALL], [CALL]]
    effectifs = {code: (Decimal(n),) for code, n in ((BETHUNE, 10), (BRUAY, 5), (LENS, 7), (LIEVIN, 6), (AVION, 4))}
    sommes = {
        annee: {t: s.effectifs[0] for t, s in sommer(effectifs, (), connu, annee).items()} for annee in (2020, 2026)
    }
    assert sommes == {2020: {CABBALR: 10 + 5, CALL: 7 + 6 + 4}, 2026: {CABBALR: 10, CALL: 7 + 6 + 4 + 5}}
    apres.fermer()


def test_une_fusion_que_personne_ne_dit_coupe_quand_meme(bassin, base):
    """Même code, autre nom, un tiers d'habitants de plus : dit, et aucune évolution n'est jugée à travers."""
    entete = POPULATIONS.partition("\n")[0]
    nouvelle = f"{entete}\n32;Hauts-de-France;62;7;01;119;62119;Béthune-la-Nouvelle;34100;300;34400\n"
    rapport = _rapport(base, depot("pop2023.csv", nouvelle), annees={"": 2023})
    assert "lieux dont aucune évolution ne sera jugée à travers ces chiffres" in rapport.texte()
    appliquer(rapport, bassin)
    apres = Base(assurer(bassin).chemin)
    evolution = _suivi(apres, BETHUNE, "population").trajectoire.evolution
    assert evolution.motif is MotifEvolution.RUPTURE and "25 100 en 2018" in evolution.rupture.raison.replace(
        "\u202f", " "
    )
    apres.fermer()


@exige_donnees_ouvertes
def test_les_vraies_listes_disent_ce_que_compte_une_lecture_a_part(vraie):
    """Les communes de 2026 (etalab) face à celles de la base (COG 2024) ; la liste de 2020 est dite antérieure."""
    with tarfile.open(OUVERTES / "population-2023" / "etalab-decoupage-administratif-6.0.0.tgz") as archive:
        octets = archive.extractfile("package/data/communes.json").read()
    lues = json.loads(octets)
    actuelles = {c["code"] for c in lues if c["type"] == "commune-actuelle"}
    rangees = {
        ancien for c in lues if c["type"] == "commune-actuelle" for ancien in c.get("anciensCodes", ())
    } - actuelles
    du_cog = {t.code_officiel for t in vraie.de_maille(Maille.COMMUNE)}
    rapport = _rapport(vraie, Fichier("communes.json", octets), mouvements=False, edition=2026, annees={"": 2023})
    natures = Counter(m.nature for m in rapport.lot.mouvements)
    assert natures[Nature.FUSION] == len(du_cog & rangees)
    assert natures[Nature.DISPARITION] == len(du_cog - actuelles - rangees)
    epci_2020 = {
        r["CODGEO"]: r["EPCI"]
        for r in csv.DictReader((OUVERTES / "cog" / "EPCI_2020.csv").open(encoding="utf-8-sig"), delimiter=";")
    }
    de_la_base = {t.removeprefix("COM"): e.removeprefix("EPCI") for t, e in Monde(vraie).epci_embarques.items()}
    autres = [c for c, e in epci_2020.items() if de_la_base.get(c, e) != e and e != "ZZZZZZZZZ"]
    ancienne = _rapport(vraie, Fichier("EPCI_2020.csv", (OUVERTES / "cog" / "EPCI_2020.csv").read_bytes()))
    passees = [m for m in ancienne.lot.mouvements if m.nature is Nature.EPCI]
    assert len(passees) == len(autres) == 204
    assert all(m.ancien for m in ancienne.lot.mouvements)
    memes = _rapport(vraie, Fichier("epcicom.xlsx", (OUVERTES / "cog" / "epcicom.xlsx").read_bytes()))
    assert [m for m in memes.lot.mouvements if m.nature is not Nature.RENOMMAGE] == []


def test_le_portrait_dit_la_fusion(fusionnee):
    absorbee, actuelle = (chapeau(dresser(fusionnee, code)).replace("\u00a0", " ") for code in (LIEVIN, LENS))
    assert absorbee.startswith("Ce territoire n’existe plus depuis 2026 : il est entré dans Lens.")
    assert actuelle.startswith("Son périmètre compte aussi Liévin (2026) : ses chiffres d’avant ne se comparent pas")
    assert "Liévin" not in chapeau(dresser(fusionnee, AVION))


@exige_donnees_ouvertes
def test_la_base_embarquee_sait_quelles_agglomerations_ont_change(vraie):
    """Recompté des deux listes : celles de 2020 dont une commune, suivie dans celle où elle a fusionné, a changé."""
    with (OUVERTES / "cog" / "EPCI_2020.csv").open(encoding="utf-8-sig") as lu:
        en_2020 = {ligne["CODGEO"]: ligne["EPCI"] for ligne in csv.DictReader(lu, delimiter=";")}
    with (OUVERTES / "cog" / "communes.csv").open(encoding="utf-8") as lu:
        rangees = {li["COM"]: li["COMPARENT"] for li in csv.DictReader(lu) if li["TYPECOM"] in {"COMD", "COMA"}}
    actuels = {t.removeprefix("COM"): e.removeprefix("EPCI") for t, e in Monde(vraie).epci_embarques.items()}
    changees = set()
    for commune, avant in en_2020.items():
        actuelle = commune if commune in actuels else rangees.get(commune, commune)
        if avant != "ZZZZZZZZZ" and actuels.get(actuelle, avant) != avant:
            changees |= {avant, actuels[actuelle]}
    attendues = {f"EPCI{e}" for e in changees & set(en_2020.values()) if vraie.trouver(f"EPCI{e}")}
    du_lieu = [r for r in vraie.catalogue.ruptures if r.du_lieu]
    assert {c for r in du_lieu for c in r.territoires if c.startswith("EPCI")} == attendues
    assert all("entre le 1er janvier 2020 et le 1er janvier 2024" in r.raison for r in du_lieu)


def test_une_evolution_de_la_base_embarquee_s_arrete_au_changement_de_perimetre(vraie):
    """La commune a encore ses anciennes dans un fichier, plus dans l'autre : la série se coupe, et elle seule."""
    coupees = 0
    for rupture in (r for r in vraie.catalogue.ruptures if r.du_lieu and r.avant and r.apres):
        (code,) = rupture.territoires
        for indicateur in ("population", "part_neet_15_24", "taux_emploi_15_64"):
            points = _suivi(vraie, code, indicateur).serie.points
            for avant, apres in pairwise(points):
                dit = separation(avant, apres, [rupture])
                assert (dit is rupture) == ((avant.perimetre is None) != (apres.perimetre is None)), (code, indicateur)
                coupees += dit is not None
    assert coupees


def test_la_carte_trace_la_commune_agrandie(bassin):
    """Deux carrés voisins : après la fusion, le contour de Lens est leur réunion ; sans celui de Liévin, c'est dit."""

    def carre(code: str, ouest: float) -> dict[str, object]:
        anneau = [[ouest, 50.0], [ouest + 0.1, 50.0], [ouest + 0.1, 50.1], [ouest, 50.1], [ouest, 50.0]]
        return {"type": "Feature", "properties": {"code": code},
                "geometry": {"type": "Polygon", "coordinates": [anneau]}}  # fmt: skip

    def apres_la_fusion(*entites: dict[str, object]) -> tuple[Rapport, tuple[float, ...]]:
        texte = json.dumps({"type": "FeatureCollection", "features": list(entites)})
        (bassin / "contours").mkdir(exist_ok=True)
        (bassin / "contours" / "c.geojson").write_text(texte, encoding="utf-8")
        avant = Base(assurer(bassin).chemin)
        rapport = _rapport(avant, depot("v_commune_2026.csv", COG_2026), mouvements=True)
        avant.fermer()
        entree = appliquer(rapport, bassin)
        apres = Base(assurer(bassin).chemin)
        bornes = contours(apres, [LENS], 0)[LENS].geometrie.bounds
        apres.fermer()
        annuler(bassin, entree.numero)
        return rapport, tuple(round(b, 3) for b in bornes)

    rapport, bornes = apres_la_fusion(carre("62498", 2.8), carre("62510", 2.7))
    assert bornes == (2.7, 50.0, 2.8 + 0.1, 50.1) and not rapport.lot.contours_d_avant
    rapport, bornes = apres_la_fusion(carre("62498", 2.8))
    assert bornes == (2.8, 50.0, 2.8 + 0.1, 50.1)
    assert "1 lieux qui gardent le contour d’avant" in rapport.texte() and "Lens (COM62498)" in rapport.texte()


def test_la_commande_dit_puis_applique_puis_annule(bassin, tmp_path, capsys):
    liste, ou = tmp_path / "v_commune_2026.csv", ["--donnees", str(bassin)]
    liste.write_text(COG_2026, encoding="utf-8")
    avant = empreinte(bassin)
    assert main(["importer", str(liste), *ou]) == 1, "rien n'est demandé, rien n'est à ajouter"
    assert "Liévin (62510) a fusionné dans Lens (62498)" in capsys.readouterr().out
    assert main(["importer", str(liste), "--mouvements", "--essai", *ou]) == 0
    assert empreinte(bassin) == avant
    assert main(["importer", str(liste), "--mouvements", *ou]) == 0
    assert empreinte(bassin) != avant
    assert main(["annuler", *ou]) == 0
    assert empreinte(bassin) == avant
