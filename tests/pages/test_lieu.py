"""La case de la barre : les lieux d'ici d'abord, fautes pardonnées, une demande hostile refusée d'une phrase."""

from __future__ import annotations

import json

import pytest
from ecrans import blocs, ouvrir
from serveurs import jouer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from indicators.base.base import Base
from indicators.socle.territoires import Maille
from pages.commun import acces, lieu
from pages.serveur import lieux
from pages.serveur.api import reponses

CABBALR = "EPCI200072460"


def demander(monkeypatch: pytest.MonkeyPatch, base: Base, suite: str) -> tuple[int, dict[str, object]]:
    monkeypatch.setattr(acces, "hors_session", lambda: base)
    reponses._fils = None  # une boucle neuve
    (route,) = (r for r in Starlette(routes=lieux.routes()).routes if isinstance(r, Route))
    scope = {"type": "http", "method": "GET", "path": route.path, "query_string": suite.encode(), "headers": []}
    reponse = jouer(lambda: route.endpoint(Request(scope)))
    return reponse.status_code, json.loads(reponse.body)


def test_sans_rien_taper_la_liste_est_celle_de_l_agglomeration_ouverte(trois: Base):
    """Ses quartiers, ceux du périmètre ouvert d'abord, elle-même, ses communes ; rien d'ailleurs, rien deux fois."""
    for ici, geographie in (("QP062011", 2015), ("QN06211M", 2024)):
        codes = [p.code for p in lieu.trouver(trois, "", ici).lieux]
        assert len(codes) == len(set(codes)) <= lieu.A_COTE
        premiers = trois.territoires(codes[:10])
        assert {(t.maille, t.geographie) for t in premiers} == {(Maille.QUARTIER, geographie)}
        siens = {t.territoire for t in trois.fiche(CABBALR).quartiers} | {*trois.communes_de(CABBALR), CABBALR}
        assert set(codes) <= siens
        assert ici in codes and CABBALR in codes


@pytest.mark.parametrize(
    ("frappe", "premier"),
    [("centre bruay", "QN06211M"), ("QP059050", "QP059050"), ("divion", "COM62270"), ("LIÉVIN", "COM62510"),
     ("62048", "COM62048"), ("neet auchel", "COM62048")],
)  # fmt: skip
def test_ce_que_l_on_tape_est_trouve(trois: Base, frappe: str, premier: str):
    trouves = lieu.trouver(trois, frappe, "QP062011")
    assert trouves.lieux[0].code == premier
    assert trouves.lieux[0].libelle.startswith(trouves.lieux[0].nom)
    assert trouves.lieux[0].suite and trouves.lieux[0].suite in trouves.lieux[0].libelle


def test_une_faute_de_frappe_est_dite_et_un_nom_de_personne_aussi(trois: Base):
    assert "voici « auchel »" in lieu.trouver(trois, "auchell", "").phrase.replace("\u00a0", " ")
    rien = lieu.trouver(trois, "zzzzqqqq", "")
    assert rien.lieux == ()
    assert "Aucun lieu ne s’écrit" in rien.phrase


def test_l_adresse_sert_la_meme_liste_et_refuse_le_reste(trois: Base, monkeypatch: pytest.MonkeyPatch):
    statut, corps = demander(monkeypatch, trois, "texte=auchel&ici=QP062011")
    assert statut == 200
    lus = corps["lieux"]
    assert isinstance(lus, list)
    assert [p["code"] for p in lus] == [p.code for p in lieu.trouver(trois, "auchel", "QP062011").lieux]
    assert demander(monkeypatch, trois, "")[0] == 200
    for suite in ("autre=1", "texte=" + "a" * 81, "texte=a&ici=" + "Q" * 81):
        statut, refus = demander(monkeypatch, trois, suite)
        assert statut == 400, suite
        assert refus["erreur"] and refus["quoi_faire"]


@pytest.mark.parametrize("ici", ["", "XX", "QP999999", "<b>", "'; drop table territoires"])
def test_un_lieu_ouvert_inconnu_vaut_rien_d_ouvert(trois: Base, ici: str):
    assert lieu.trouver(trois, "", ici) == lieu.trouver(trois, "", "")


def test_la_case_dit_le_lieu_ouvert_et_rien_sans_lieu():
    ouverte = blocs(ouvrir("portrait", territoire="QP062011"))[0]
    assert 'data-code="QP062011"' in ouverte
    assert 'value="Le Centre\u00a0· Bruay-la-Buissière, Haillicourt' in ouverte
    assert "Effacer le choix" in ouverte and "hidden>×" not in ouverte
    vide = blocs(ouvrir("portrait"))[0]
    assert 'data-code=""' in vide and 'value=""' in vide and "hidden>×" in vide
