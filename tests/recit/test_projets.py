"""Le projet du quartier : les deux périmètres, aucun élément perdu, rien quand rien n'est connu."""

from __future__ import annotations

import re

import pytest

from indicators.base.projets import reunir
from indicators.socle.projets import Element, grouper, ramifier
from pages.vues.portrait.projet import compte, projet


def texte(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def bloc(vraie, code: str) -> str:
    return projet(reunir(vraie, vraie.fiche(code)), vraie.catalogue)


def objectif(intitule: str, parent: str = "") -> Element:
    return Element((), "objectif_strategique", "", 1, intitule, "E", "", parent, False, "", "s", 1)


def test_le_quartier_de_2015_montre_le_projet_de_2024_en_le_disant(vraie):
    html = bloc(vraie, "QP062011")
    assert "périmètre 2024-2030" in html and "et non du périmètre affiché" in html
    assert "portrait?territoire=QN06211M" in html
    lu = texte(html)
    for attendu in ("3 irritants", "4 opportunités", "4 enjeux", "Enjeu 1 : des quartiers attentifs", "Haillicourt"):
        assert attendu in lu, attendu


def test_le_quartier_de_2024_montre_le_projet_de_2015(vraie):
    projets = reunir(vraie, vraie.fiche("QN06202M"))
    assert [p.territoire.territoire for p in projets if p.autre_perimetre] == ["QP062002"]
    lu = texte(projet(projets, vraie.catalogue))
    assert "périmètre 2015-2023" in lu and "lecture abîmée" in lu and "Collège Jean Vilar" in lu


def test_sur_son_propre_perimetre_il_ne_dit_pas_autre(vraie):
    assert "et non du périmètre" not in bloc(vraie, "QN06211M")


def test_deux_communes_gardent_chacune_leurs_mots(vraie):
    lu = texte(bloc(vraie, "QN06217M"))
    assert "mots de la commune : Houdain" in lu and "mots de la commune : Haillicourt" in lu


def test_les_operations_disent_ce_qui_n_est_pas_imprime(vraie):
    lu = texte(bloc(vraie, "QN05950M"))
    for attendu in ("7 opérations", "96 000 000 €", "271", "non imprimé", "pas des travaux constatés"):
        assert attendu in lu, attendu
    assert "opérations" in texte(bloc(vraie, "COM59172"))


@pytest.mark.parametrize("code", ["QP059058", "FRM", "REG32"])
def test_rien_quand_rien_n_est_connu(code, vraie):
    assert bloc(vraie, code) == ""


@pytest.mark.parametrize("code", ["QN06211M", "QN06217M", "QP062002", "QP062025", "QP062034"])
def test_chaque_element_est_ecrit_une_fois(code, vraie):
    (p,) = (p for p in reunir(vraie, vraie.fiche(code)) if not p.autre_perimetre)
    ecrits = re.findall(r"<li>", projet([p], vraie.catalogue))
    assert len(ecrits) == len(p.elements) + len(p.equipements)
    assert sum(len(membres) for _, membres in p.par_communes()) == len(p.elements)
    assert len(re.findall(r"<blockquote>", projet([p], vraie.catalogue))) >= len(p.equipements), "chacun a son passage"


def test_chaque_objectif_trouve_sa_branche(vraie):
    """Aucun objectif de la convention de Houdain ne reste à la racine quand son parent est un objectif lu."""
    (p,) = reunir(vraie, vraie.fiche("QN06217M"))
    for _, elements in p.par_communes():
        objectifs = [e for e in elements if e.nature.startswith("objectif")]
        for enjeu, siens in grouper(objectifs, lambda e: e.enjeu):
            assert {b.element.parent for b in ramifier(siens)} <= {enjeu}


def test_un_parent_repete_garde_le_dernier_lu_et_un_inconnu_reste_a_la_racine():
    branches = ramifier([objectif("A"), objectif("a1", "A"), objectif("A"), objectif("a2", "A"), objectif("z", "?")])
    assert [b.element.texte for b in branches] == ["A", "A", "z"]
    assert [[e.element.texte for e in b.enfants] for b in branches] == [["a1"], ["a2"], []]


def test_un_objectif_qui_porte_le_nom_de_son_parent_ne_boucle_pas():
    (racine,) = ramifier([objectif("A", "A")])
    assert racine.enfants == []


def test_le_compte_s_accorde():
    assert [compte(n, "enjeu") for n in (1, 2)] == ["1\xa0enjeu", "2\xa0enjeux"]
    assert [compte(n, "irritant") for n in (1, 2)] == ["1\xa0irritant", "2\xa0irritants"]
