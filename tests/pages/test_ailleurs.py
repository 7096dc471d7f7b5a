"""Hors des trois agglomérations : chaque écran s'ouvre, ne montre aucun autre lieu, et dit ce qui n'y est pas."""

from __future__ import annotations

import re

import pytest
from ecrans import PUBLICS, ouvrir, texte

AILLEURS = {
    "portrait": "QP013050", "seance": "QN02A01M", "comparer": "COM97411", "carte": "EPCI200057867",
    "evolution": "QP075020", "barometre": "EPCI200057867", "explorer": "COM75056", "suivi": "EPCI200054807",
    "sources": "QN97101M", "accueil": "EPCI200054807",
}  # fmt: skip
_DES_TROIS = re.compile("Béthune-Bruay|Porte du Hainaut|Lens-Liévin")


@pytest.mark.parametrize("ecran", PUBLICS, ids=lambda ecran: ecran.code)
def test_chaque_ecran_s_ouvre_ailleurs_et_ne_montre_pas_les_trois(ecran):
    lu = texte(ouvrir(ecran.code, territoire=AILLEURS[ecran.code]))
    # Le baromètre dit pour qui il existe, l'évolution cite le titre d'un contrat qui imprime un chiffre de France.
    if ecran.code in {"portrait", "seance", "comparer", "carte"}:
        assert not _DES_TROIS.search(lu), _DES_TROIS.search(lu)


def test_sans_document_le_suivi_le_dit_et_ne_montre_les_engagements_de_personne():
    lu = texte(ouvrir("suivi", territoire="QP006012"))
    assert "Aucun engagement lu n’est pris pour « Centre (Nice) », ni pour son agglomération" in lu
    assert "Aucun des documents lus ne donne les orientations du contrat" in lu
    for absent in ("Porte du Hainaut", "par partenaire", "filtres"):
        assert absent not in lu


@pytest.mark.parametrize(
    ("sujet", "code", "dit"),
    [
        ("evaluation", "EPCI200054807", "Aucun document lu ne donne les indicateurs d’évaluation du contrat de"),
        ("evaluation", "DEP07", "Ardèche n’est dans aucune agglomération"),
        ("programme", "DEP07", "Ardèche n’est dans aucune agglomération"),
        ("socle", "EPCI200040798", "Choisissez une commune qui a un quartier prioritaire."),
    ],
)
def test_le_suivi_ne_montre_pas_celui_d_une_autre_agglomeration(sujet, code, dit):
    lu = texte(ouvrir("suivi", territoire=code, sujet=sujet))
    assert dit in lu
    assert not re.search("Béthune|Hainaut|Lens-Liévin|Annay|répondus", lu)


def test_le_portrait_du_grand_paris_est_celui_de_la_metropole_et_dit_ce_qui_lui_manque():
    lu = texte(ouvrir("portrait", territoire="EPCI200054781"))
    assert "face à la région" in lu
    assert "département" not in lu.partition("Ses quartiers")[0]
    assert "Parc social ( RPLS ) : absent des documents lus" in lu.replace("(RPLS)", "( RPLS )")
    assert not re.search(r"\d habitants", lu.partition("Chiffres clés")[0]), "la compilation n'y comptait que Paris"
    assert "métro.." not in lu


def test_explorer_propose_de_ne_voir_que_le_lieu_ouvert_et_n_en_donne_pas_d_autre_pour_exemple():
    """Il montre toute la base : le lieu que l'on tient y est à un clic, et l'exemple n'est pas Auchel."""
    essai = ouvrir("explorer", territoire="COM97411")
    (propose,) = [b.value for b in essai.markdown if "Ne voir que" in b.value]
    assert 'href="explorer?territoire=COM97411&amp;texte=COM97411"' in propose
    (champ,) = [c for c in essai.text_input if c.label.startswith("Chercher un mot")]
    assert "Auchel" not in champ.placeholder
    seul = texte(ouvrir("explorer", territoire="COM97411", texte="COM97411"))
    assert "Ne voir que" not in seul and "Saint-Denis" in seul
    assert not _DES_TROIS.search(seul.partition("Ce que les documents disent hors des indicateurs")[0])


@pytest.mark.parametrize("ecran", ["portrait", "evolution"])
def test_outre_mer_la_region_et_le_departement_qu_elle_est_ne_comptent_qu_une_fois(ecran):
    """« 3,8 points de plus que le département, 3,8 points de plus que la région » : c'était deux fois la Martinique."""
    lu = texte(ouvrir(ecran, territoire="EPCI200041788")).partition("Tous les indicateurs")[0]
    assert "Martinique" in lu
    assert "que le département" not in lu and "Martinique (département)" not in lu
