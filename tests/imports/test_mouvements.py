"""Les mouvements : ce que deux éditions d'une liste disent des lieux, et qui ne s'applique que sur demande."""

from __future__ import annotations

import csv
import json
import tarfile
from collections import Counter

import pytest
from depots import OUVERTES, depot, exige_donnees_ouvertes, rapport_de
from deux_editions import (
    AVION,
    BETHUNE,
    CALL,
    COG_2024,
    COG_2026,
    DGCL_2026,
    EPCI_2020,
    EPCI_2026,
    LENS,
    LIEVIN,
    MVT_2025,
)

from indicators.__main__ import main
from indicators.base.base import Base
from indicators.base.carte import contours
from indicators.base.construction import assurer, empreinte
from indicators.imports.moteur.ajout import annuler, appliquer
from indicators.imports.moteur.monde import Monde
from indicators.imports.moteur.mouvements import Nature
from indicators.imports.moteur.rapport import Rapport
from indicators.imports.moteur.reconnaissance import Fichier
from indicators.socle.erreurs import ErreurImport
from indicators.socle.territoires import Maille


def _dits(rapport: Rapport) -> list[str]:
    return [m.phrase for m in rapport.lot.mouvements]


def test_la_meme_edition_ne_dit_rien(edition_2024):
    assert _dits(rapport_de(edition_2024, depot("communes_2024.csv", COG_2024))) == []
    assert (
        _dits(
            rapport_de(
                edition_2024,
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


def test_les_communes_d_une_nouvelle_edition_sont_dites_et_rien_n_est_applique(edition_2024):
    rapport = rapport_de(edition_2024, depot("v_commune_2026.csv", COG_2026))
    entre = ", entre le 1er janvier 2024 et le 1er janvier 2026"
    assert f"Liévin (62510) a fusionné dans Lens (62498){entre}" in _dits(rapport)
    assert f"Neuville-l'Essai (62900) est nouvelle dans la liste{entre}" in _dits(rapport)
    assert any(
        p.startswith("COM62119 : « Béthune » gardé, v_commune_2026.csv écrit « Béthune-en-Artois »")
        for p in _dits(rapport)
    )
    assert len(_dits(rapport)) == 3
    assert "rien n’en est appliqué" in rapport.texte() and rapport.est_vide


def test_sans_dire_ou_elle_est_allee_une_commune_n_est_plus_dans_la_liste(edition_2024):
    sans = "".join(ligne for ligne in COG_2024.splitlines(keepends=True) if "62510" not in ligne)
    (dite,) = _dits(rapport_de(edition_2024, depot("communes.csv", sans)))
    assert dite == "Liévin (62510) n’est plus dans la liste"


def test_un_extrait_ne_fait_disparaitre_personne(edition_2024):
    extrait = "".join(COG_2024.splitlines(keepends=True)[:3])
    assert _dits(rapport_de(edition_2024, depot("communes_2026.csv", extrait))) == []


def test_le_fichier_des_mouvements_date_la_fusion(edition_2024):
    (dite,) = _dits(rapport_de(edition_2024, depot("v_mvtcommune_2025.csv", MVT_2025)))
    assert dite == "Liévin (62510) a fusionné dans Lens (62498) au 1er janvier 2025"


def test_une_commune_qui_change_d_epci(edition_2024):
    (dite,) = _dits(rapport_de(edition_2024, depot("EPCI_2026.csv", EPCI_2026)))
    assert dite == (
        "Bruay-la-Buissière (62178) passe de l’EPCI CA de Béthune-Bruay (200072460) à l’EPCI CA de Lens - Liévin "
        "(246200364), entre le 1er janvier 2024 et le 1er janvier 2026"
    )


def test_une_liste_d_avant_est_dite_telle_et_jamais_appliquee(edition_2024):
    rapport = rapport_de(edition_2024, depot("EPCI_2020.csv", EPCI_2020), mouvements=True)
    assert any(
        "Avion (62065) passe" in p and "liste de 2020, antérieure à celle de la base, 2024" in p for p in _dits(rapport)
    )
    assert not rapport.lot.feuilles["appartenances"] and not rapport.lot.feuilles["ruptures"]


def test_un_epci_qui_disparait_et_celui_qui_nait(edition_2024):
    dits = _dits(rapport_de(edition_2024, depot("epcicom.xlsx", DGCL_2026)))
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


def test_appliquer_sans_edition_est_refuse(edition_2024):
    with pytest.raises(ErreurImport, match=r"ne dit pas son édition : donnez-la \(--edition 2025\)"):
        rapport_de(edition_2024, depot("communes.csv", COG_2026), mouvements=True)


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


def test_annuler_rend_l_empreinte_de_la_base(bassin, edition_2024):
    avant = empreinte(bassin)
    entree = appliquer(rapport_de(edition_2024, depot("v_commune_2026.csv", COG_2026), mouvements=True), bassin)
    assert empreinte(bassin) != avant
    annuler(bassin, entree.numero)
    assert empreinte(bassin) == avant
    rendue = Base(assurer(bassin).chemin)
    assert LIEVIN in rendue.communes_de(CALL)
    rendue.fermer()


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
    rapport = rapport_de(vraie, Fichier("communes.json", octets), mouvements=False, edition=2026, annees={"": 2023})
    natures = Counter(m.nature for m in rapport.lot.mouvements)
    assert natures[Nature.FUSION] == len(du_cog & rangees)
    assert natures[Nature.DISPARITION] == len(du_cog - actuelles - rangees)
    epci_2020 = {
        r["CODGEO"]: r["EPCI"]
        for r in csv.DictReader((OUVERTES / "cog" / "EPCI_2020.csv").open(encoding="utf-8-sig"), delimiter=";")
    }
    de_la_base = {t.removeprefix("COM"): e.removeprefix("EPCI") for t, e in Monde(vraie).epci_embarques.items()}
    autres = [c for c, e in epci_2020.items() if de_la_base.get(c, e) != e and e != "ZZZZZZZZZ"]
    ancienne = rapport_de(vraie, Fichier("EPCI_2020.csv", (OUVERTES / "cog" / "EPCI_2020.csv").read_bytes()))
    passees = [m for m in ancienne.lot.mouvements if m.nature is Nature.EPCI]
    assert len(passees) == len(autres) == 204
    assert all(m.ancien for m in ancienne.lot.mouvements)
    memes = rapport_de(vraie, Fichier("epcicom.xlsx", (OUVERTES / "cog" / "epcicom.xlsx").read_bytes()))
    assert [m for m in memes.lot.mouvements if m.nature is not Nature.RENOMMAGE] == []


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
        rapport = rapport_de(avant, depot("v_commune_2026.csv", COG_2026), mouvements=True)
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
