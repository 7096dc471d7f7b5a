"""Des périmètres qui changent : aucun chiffre, écart ni somme ne mêle l'ancien et le nouveau."""

from __future__ import annotations

import csv
from decimal import Decimal
from itertools import pairwise

from depots import OUVERTES, depot, exige_donnees_ouvertes, rapport_de
from deux_editions import (
    AVION,
    BETHUNE,
    BRUAY,
    CABBALR,
    CALL,
    DGCL_2026,
    EPCI_2026,
    LENS,
    LIEVIN,
    POPULATIONS,
)

from indicators.analyse.comparaison import Jugement, Motif, comparer
from indicators.analyse.comparatif import confronter
from indicators.analyse.evolution import MotifEvolution, suivre_ecart
from indicators.analyse.portrait import dresser
from indicators.analyse.series import suivre
from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.imports.moteur.ajout import appliquer
from indicators.imports.moteur.monde import Monde
from indicators.imports.moteur.sommes import sommer
from indicators.recit import phrases
from indicators.recit.resume import chapeau
from indicators.socle.catalogue import separation


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
    appliquer(rapport_de(fusionnee, depot("pop2019.csv", ancien), annees={"": 2019}, edition=2022), bassin)
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


def test_l_ecart_avec_une_agglomeration_qui_change_ne_se_suit_pas(bassin, edition_2024):
    appliquer(rapport_de(edition_2024, depot("EPCI_2026.csv", EPCI_2026), mouvements=True), bassin)
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


def test_un_epci_qui_en_devient_un_autre(bassin, edition_2024):
    appliquer(rapport_de(edition_2024, depot("epcicom.xlsx", DGCL_2026), mouvements=True), bassin)
    apres = Base(assurer(bassin).chemin)
    assert apres.communes_de("EPCI200999999") == [BETHUNE, BRUAY]
    assert apres.communes_de(CABBALR) == []
    assert apres.fusionnees[CABBALR] == ("EPCI200999999", 2026)
    assert {o.perimetre for o in apres.observations([CABBALR])} == {2026}
    apres.fermer()


def test_une_somme_prend_les_communes_de_son_annee(bassin, edition_2024):
    """Bruay est à Béthune en 2020, à Lens en 2026 ; en 2025, aucune liste ne dit où elle est."""
    appliquer(rapport_de(edition_2024, depot("EPCI_2026.csv", EPCI_2026), mouvements=True), bassin)
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


def test_une_fusion_que_personne_ne_dit_coupe_quand_meme(bassin, edition_2024):
    """Même code, autre nom, un tiers d'habitants de plus : dit, et aucune évolution n'est jugée à travers."""
    entete = POPULATIONS.partition("\n")[0]
    nouvelle = f"{entete}\n32;Hauts-de-France;62;7;01;119;62119;Béthune-la-Nouvelle;34100;300;34400\n"
    rapport = rapport_de(edition_2024, depot("pop2023.csv", nouvelle), annees={"": 2023})
    assert "lieux dont aucune évolution ne sera jugée à travers ces chiffres" in rapport.texte()
    appliquer(rapport, bassin)
    apres = Base(assurer(bassin).chemin)
    evolution = _suivi(apres, BETHUNE, "population").trajectoire.evolution
    assert evolution.motif is MotifEvolution.RUPTURE and "25 100 en 2018" in evolution.rupture.raison.replace(
        "\u202f", " "
    )
    apres.fermer()


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
