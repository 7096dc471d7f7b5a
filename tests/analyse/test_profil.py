"""Les quartiers de profil proche : une distance que l'on peut refaire à la main, ou rien."""

from __future__ import annotations

import pytest

from indicators.analyse.profil import HORS_PROFIL, THEME, de_profil_proche
from indicators.recit import phrases
from indicators.socle.observations import retenue


def test_denain_centre_la_distance_se_refait(trois):
    profil = de_profil_proche(trois, trois.territoire("QP059050"))
    assert profil is not None
    voisin, distance = profil.voisins[0]
    ecarts = []
    for indicateur in profil.indicateurs:
        chiffres = trois.observations_indicateur(
            indicateur.indicateur, [t.territoire for t in trois.semblables(profil.territoire)]
        )
        sien = retenue(o for o in chiffres if o.territoire == "QP059050")
        valeurs = {o.territoire: o.valeur for o in chiffres if o.annee == sien.annee and o.est_ponctuelle}
        etendue = max(valeurs.values()) - min(valeurs.values())
        ecarts.append(abs(sien.valeur - valeurs[voisin.territoire]) / etendue)
    assert distance == pytest.approx(sum(ecarts) / len(ecarts))


def test_du_plus_proche_au_moins_proche_jamais_soi_meme_et_mêmes_famille(trois):
    profil = de_profil_proche(trois, trois.territoire("QP059050"))
    distances = [d for _, d in profil.voisins]
    assert distances == sorted(distances)
    assert all(0 <= d <= 1 for d in distances)
    assert "QP059050" not in {t.territoire for t, _ in profil.voisins}
    assert {(t.statut, t.geographie) for t, _ in profil.voisins} == {("QPV", 2015)}
    assert all(i.theme == THEME and i.indicateur not in HORS_PROFIL and not i.est_effectif for i in profil.indicateurs)


@pytest.mark.parametrize("code", ["QIC-HAILLICOURT-OISEAUX", "QN05950M", "EPCI200042190"])
def test_trop_peu_connu_ne_ressemble_a_personne(trois, code):
    assert de_profil_proche(trois, trois.territoire(code)) is None


def test_l_explication_nomme_les_indicateurs_et_les_distances(trois):
    profil = de_profil_proche(trois, trois.territoire("QP059050"))
    explication = phrases.profil(profil)
    for t, _ in profil.voisins:
        assert t.nom_court in explication
    assert "indice de jeunesse" in explication
    assert f"{profil.effectif} quartiers connus" in explication
