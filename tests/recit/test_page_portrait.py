"""La page d'un quartier de 2024 : ce qui est à lui, puis l'ancien périmètre, nommé, jamais mêlé."""

from __future__ import annotations

import pytest

from indicators.analyse.portrait import dresser
from indicators.recit.page.chiffres import carte
from indicators.recit.page.portrait import composer


@pytest.mark.parametrize(
    ("code", "anciens"), [("QN06211M", ["QP062011"]), ("QN05922M", ["QP059022", "QP059056"]), ("QP062011", [])]
)
def test_l_ancien_perimetre_est_un_panneau_a_part(vraie, code, anciens):
    vue = dresser(vraie, code)
    page = composer(vraie, vue)
    assert sorted(a.territoire.territoire for a in page.anciens) == anciens
    for panneau in page.anciens:
        ancien = dresser(vraie, panneau.territoire.territoire)
        assert panneau.titre.startswith("Périmètre 2015 dont il vient (")
        assert panneau.territoire.territoire in panneau.titre
        attendus = [li.indicateur.indicateur for li in ancien.tete if li.chiffre is not None]
        assert [c.code for c in panneau.cartes] == attendus != []
        assert len(panneau.phrases) == len(panneau.cartes)
    # Rien de 2015 dans ce qui est au quartier : ni dans ses chiffres, ni dans ce qui se compte.
    assert {li.chiffre.territoire for li in vue.lignes} == {code}
    siens = {(li.indicateur.libelle_court, c.valeur) for li in vue.lignes for c in [li.chiffre]}
    dits = {p.nom for s in page.saillants for p in s.points}
    assert dits <= {nom for nom, _ in siens}


@pytest.mark.parametrize(
    ("code", "dit"),
    [
        ("QN04513M", "Aucune table lue ne dit de quel périmètre de 2015 il vient."),
        ("QP022005", ""),
    ],
)
def test_d_ou_vient_un_quartier_de_2024_se_dit_ou_s_ignore(vraie, code, dit):
    chapeau = composer(vraie, dresser(vraie, code)).identite.chapeau
    assert chapeau.endswith(dit)
    assert "un autre périmètre" not in chapeau


@pytest.mark.parametrize("code", ["QP062011", "COM62048", "EPCI246200364", "QN06234M"])
def test_un_theme_montre_d_abord_ce_qu_une_reference_eclaire(vraie, code):
    for theme in composer(vraie, dresser(vraie, code)).themes:
        assert sorted(c.code for c in (*theme.premieres, *theme.seules)) == sorted(c.code for c in theme.cartes)
        assert not any(f.valeur for c in theme.seules for f in c.faces)
        nues = [c for c in theme.cartes if not any(f.valeur for f in c.faces)]
        assert len(theme.seules) == (len(nues) if len(nues) > 3 else 0)


@pytest.mark.parametrize("code", ["QP062011", "EPCI200042190", "QP059053"])
def test_une_variation_douteuse_le_dit_et_une_autre_source_se_nomme(vraie, code):
    vue = dresser(vraie, code)
    for ligne in vue.lignes:
        ecrites = carte(ligne, vue, vraie.catalogue).variations
        siennes = [o for _, o in ligne.variations if o.a_une_valeur]
        assert [("douteux" in texte) for texte in ecrites] == [o.douteuse for o in siennes]
        assert [("d’après" in texte) for texte in ecrites] == [o.source != ligne.chiffre.source for o in siennes]


def test_le_centre_n_a_pas_gagne_700_habitants_sans_reserve(vraie):
    vue = dresser(vraie, "QP062011")
    (population,) = [li for li in vue.lignes if li.indicateur.indicateur == "population"]
    (dite,) = carte(population, vue, vraie.catalogue).variations
    assert dite.replace("\xa0", " ").startswith("+700 habitants depuis 2015 (douteux, d’après CABBALR")
