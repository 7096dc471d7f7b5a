"""Deux lignes d'une même liste n'ont jamais le même nom : ce qui distingue deux homonymes est écrit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from indicators.analyse.recherche import comprendre
from indicators.base.base import Base
from indicators.base.construction import construire
from indicators.base.homonymes import d_une_liste
from indicators.donnees.schema import COLONNES, FICHIERS
from indicators.recit.exploration import options_de
from indicators.socle.territoires import Maille, cle_de_recherche
from pages.commun.groupes import groupes_pour
from pages.commun.selecteur import libelle
from pages.vues.sources import ecran as rubriques


def doubles(noms: Iterable[str]) -> list[str]:
    return [nom for nom, combien in Counter(map(cle_de_recherche, noms)).items() if combien > 1]


def test_toute_la_base_ce_qui_se_liste_ensemble_a_des_noms_distincts(vraie: Base):
    a_part = {Maille.QUARTIER, Maille.IRIS, Maille.COMMUNE}
    listes: dict[object, list[tuple[str, str]]] = {}
    for t in vraie.territoires():
        listes.setdefault((t.maille if t.maille in a_part else None, t.geographie), []).append((t.nom, t.nom_court))
    assert len(vraie.territoires()) > 40_000
    for cle, noms in listes.items():
        assert not doubles(nom for nom, _ in noms), cle
        assert not doubles(court for _, court in noms), cle


def test_toute_la_base_les_listes_deroulantes(vraie: Base):
    assert not doubles(libelle(vraie, t) for t in vraie.territoires())
    assert not doubles(i.libelle for i in vraie.catalogue.indicateurs.values())
    assert not doubles(vraie.catalogue.sources[code].titre for code in rubriques.documents(vraie))
    for facette, valeurs in options_de(vraie).items():
        assert not doubles(valeurs.values()), facette
    for quartier in ("QP062011", "QN05925M", "QP006012"):
        assert not doubles(g.libelle for g in groupes_pour(vraie, quartier).values())


def test_le_complement_est_la_commune_ou_la_maille_et_le_nom_du_document_se_cherche_encore(vraie: Base):
    assert [vraie.territoire(c).nom for c in ("QP006012", "REG04", "DEP974", "QP062011")] == [
        "Centre (Nice)", "La Réunion (région)", "La Réunion (département)", "Le Centre",
    ]  # fmt: skip
    assert "QP006012" in {t.territoire for t in comprendre(vraie, "centre nice").lieux}
    assert "Centre" in vraie.territoire("QP006012").variantes


def test_deux_quartiers_d_un_nom_dans_une_commune_disent_leur_code(dossier: Path):
    quartiers = [
        {"territoire": code, "maille": "quartier", "geographie": "2015", "statut": "QPV", "nom": nom, "nom_court": nom,
         "code_officiel": code}
        for code, nom in (("QP001008", "Centre-ville"), ("QP001009", "Centre Ville"), ("QP001010", "Cité")
        , ("QP001011", "Cité (Ambérieu)"), ("QP001012", "Cité"))
    ]  # fmt: skip
    liens = [{"territoire": q["territoire"], "parent": "COM01004", "nature": "commune"} for q in quartiers[:4]]
    for feuille, lignes in (("territoires", quartiers), ("appartenances", liens)):
        with (dossier / FICHIERS[feuille]).open("a", encoding="utf-8") as fichier:
            fichier.writelines(";".join(li.get(c.nom, "") for c in COLONNES[feuille]) + "\n" for li in lignes)
    base = Base(construire(dossier))
    try:
        assert [base.territoire(q["territoire"]).nom_court for q in quartiers] == [
            "Centre-ville (QP001008)", "Centre Ville (QP001009)", "Cité (QP001010)", "Cité (Ambérieu)",
            "Cité (QP001012)",
        ]  # fmt: skip
    finally:
        base.fermer()


def test_une_liste_a_la_main_qui_mele_perimetres_et_mailles(vraie: Base):
    liste = vraie.territoires(["QP062017", "QN06217M", "COM75056", "DEP75", "COM62119"])
    assert len(doubles(t.nom_court for t in liste)) == 2
    noms = {t.territoire: t.nom_court for t in d_une_liste(liste)}
    assert not doubles(noms.values())
    assert noms["QP062017"] == "Haut d’Houdain (périmètre 2015-2023)" and noms["DEP75"] == "Paris (département)"
    assert noms["COM62119"] == "Béthune"
