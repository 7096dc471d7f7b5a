"""La vie des lieux, fait par fait : dite d'une liste officielle, appliquée sur demande, datée, sans rien perdre."""

# ruff: noqa: E501 (une phrase par ligne se relit mieux que coupée)
from __future__ import annotations

import pytest
from depots import depot, rapport_de
from deux_editions import AVION, BETHUNE, BRUAY, CABBALR, CALL, EPCI_2026, LENS, LIEVIN, MVT_2025

from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.imports.moteur.ajout import appliquer
from indicators.imports.moteur.mouvements import Nature

NOUVELLE, AUTRE = "EPCI200999999", "EPCI200888888"
ENTRE = "entre le 1er janvier 2024 et le 1er janvier 2026"
_NOMS = {CABBALR: "CA de Béthune-Bruay", CALL: "CA de Lens - Liévin", NOUVELLE: "CA de l'Artois", AUTRE: "CC du Nord"}
_COMMUNES = {AVION: "Avion", BETHUNE: "Béthune", BRUAY: "Bruay-la-Buissière", LENS: "Lens", LIEVIN: "Liévin"}
_AVANT = {AVION: CALL, BETHUNE: CABBALR, BRUAY: CABBALR, LENS: CALL, LIEVIN: CALL}


def appartenances(epci_de: dict[str, str], **noms: str) -> str:
    """La table d'appartenance de 2026 où ces communes sont dans ces EPCI."""
    lignes = [EPCI_2026.partition("\n")[0].rstrip()]
    for commune, nom in _COMMUNES.items():
        epci = (_AVANT | epci_de)[commune]
        dit = noms.get(epci, _NOMS[epci])
        lignes.append(f"{commune[3:]};{nom};{epci[4:]};{dit};62;32")
    return "\r\n".join(lignes) + "\r\n"


CAS = {
    "deux EPCI fusionnent en un nouveau": (
        appartenances(dict.fromkeys(_COMMUNES, NOUVELLE)),
        [
            f"l’EPCI CA de Béthune-Bruay (200072460) n’est plus dans la liste : ses communes sont passées à CA de l'Artois (200999999) (2), {ENTRE}",
            f"l’EPCI CA de Lens - Liévin (246200364) n’est plus dans la liste : ses communes sont passées à CA de l'Artois (200999999) (3), {ENTRE}",
            f"l’EPCI CA de l'Artois (200999999) est nouveau ; ses communes viennent de CA de Béthune-Bruay (200072460) (2), CA de Lens - Liévin (246200364) (3), {ENTRE}",
        ],
        {NOUVELLE: sorted(_COMMUNES), CABBALR: [], CALL: []},
    ),
    "un EPCI en absorbe un autre": (
        appartenances(dict.fromkeys(_COMMUNES, CALL)),
        [
            f"l’EPCI CA de Béthune-Bruay (200072460) n’est plus dans la liste : ses communes sont passées à CA de Lens - Liévin (246200364) (2), {ENTRE}"
        ],
        {CALL: sorted(_COMMUNES), CABBALR: []},
    ),
    "un EPCI se scinde": (
        appartenances({BETHUNE: NOUVELLE, BRUAY: AUTRE}),
        [
            f"l’EPCI CA de Béthune-Bruay (200072460) n’est plus dans la liste : ses communes sont passées à CC du Nord (200888888) (1), CA de l'Artois (200999999) (1), {ENTRE}",
            f"l’EPCI CC du Nord (200888888) est nouveau ; ses communes viennent de CA de Béthune-Bruay (200072460) (1), {ENTRE}",
            f"l’EPCI CA de l'Artois (200999999) est nouveau ; ses communes viennent de CA de Béthune-Bruay (200072460) (1), {ENTRE}",
        ],
        {NOUVELLE: [BETHUNE], AUTRE: [BRUAY], CABBALR: [], CALL: [AVION, LENS, LIEVIN]},
    ),
    "une partie d'un EPCI le quitte": (
        appartenances({BRUAY: NOUVELLE}),
        [
            f"l’EPCI CA de l'Artois (200999999) est nouveau ; ses communes viennent de CA de Béthune-Bruay (200072460) (1), {ENTRE}"
        ],
        {NOUVELLE: [BRUAY], CABBALR: [BETHUNE]},
    ),
}


@pytest.mark.parametrize("cas", CAS)
def test_un_epci_nait_disparait_se_scinde(cas, bassin, edition_2024):
    liste, attendues, communes = CAS[cas]
    fichier = depot("EPCI_2026.csv", liste)
    dites = [m.phrase for m in rapport_de(edition_2024, fichier).lot.mouvements if m.nature is not Nature.EPCI]
    assert dites == attendues
    appliquer(rapport_de(edition_2024, fichier, mouvements=True), bassin)
    apres = Base(assurer(bassin).chemin)
    assert {epci: sorted(apres.communes_de(epci)) for epci in communes} == communes
    quittes = {c: e for e, siennes in communes.items() for c in siennes if e != _AVANT[c]}
    for commune, epci in quittes.items():
        liens = apres._toutes(
            "SELECT parent, depuis, jusqu_a FROM appartenances WHERE nature = 'epci' AND territoire = ?", [commune]
        )
        assert set(liens) == {(_AVANT[commune], None, 2024), (epci, 2026, None)}
    apres.fermer()


def test_un_epci_renomme_garde_ses_communes_et_son_ancien_nom_se_cherche(bassin, edition_2024):
    fichier = depot("EPCI_2026.csv", appartenances({}, **{CABBALR: "CA Béthune Artois Métropole"}))
    rapport = rapport_de(edition_2024, fichier, mouvements=True)
    assert [m.nature for m in rapport.lot.mouvements] == [Nature.RENOMMAGE]
    appliquer(rapport, bassin)
    apres = Base(assurer(bassin).chemin)
    assert apres.territoire(CABBALR).nom == "CA Béthune Artois Métropole"
    assert apres.trouver(CABBALR) in apres.chercher("bethune bruay")
    assert sorted(apres.communes_de(CABBALR)) == [BETHUNE, BRUAY]
    apres.fermer()


ENTETE = MVT_2025.partition("\n")[0]


@pytest.mark.parametrize(
    ("mod", "avant", "apres", "dite"),
    [
        ("41", "62065;Avion", "62999;Avion", "Avion (62065) a changé de code au 1er janvier 2025 : Avion (62999)"),
        ("21", "62498;Lens", "62777;Loison", "Loison (62777) est rétablie au 1er janvier 2025, hors de Lens (62498)"),
        ("30", "62065;Avion", "62065;Avion", "Avion (62065) est supprimée au 1er janvier 2025"),
    ],
)
def test_un_mouvement_date_de_l_insee(mod, avant, apres, dite, edition_2024):
    (code_av, nom_av), (code_ap, nom_ap) = avant.split(";"), apres.split(";")
    ligne = f"{mod},2025-01-01,COM,{code_av},0,X,X,{nom_av},COM,{code_ap},0,X,X,{nom_ap}"
    (mouvement,) = rapport_de(edition_2024, depot("v_mvtcommune_2025.csv", f"{ENTETE}\n{ligne}\n")).lot.mouvements
    assert (mouvement.phrase, mouvement.annee, mouvement.avant) == (dite, 2025, 2024)


def test_une_commune_qui_change_de_code_garde_ses_chiffres_d_avant_sous_l_ancien(bassin, edition_2024):
    ligne = "41,2025-01-01,COM,62065,0,AVION,Avion,Avion,COM,62999,0,AVION,Avion,Avion"
    fichier = depot("v_mvtcommune_2025.csv", f"{ENTETE}\n{ligne}\n")
    appliquer(rapport_de(edition_2024, fichier, mouvements=True), bassin)
    apres = Base(assurer(bassin).chemin)
    assert "COM62999" in apres.communes_de(CALL) and AVION not in apres.communes_de(CALL)
    assert {o.annee for o in apres.observations([AVION], ["population"])} == {2018}
    apres.fermer()
