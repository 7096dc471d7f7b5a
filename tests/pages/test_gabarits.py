"""Les gabarits : tout texte est échappé, un nom oublié est une erreur, le retrait ne part pas au navigateur."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from pages.commun.gabarits import _ENVIRONNEMENT, DOSSIER, lien_vers


def remplir(source: str, **contexte: object) -> str:
    return _ENVIRONNEMENT.from_string(source).render(contexte)


def test_un_texte_est_echappe_et_un_gabarit_rempli_ne_l_est_pas_deux_fois():
    assert remplir("<p>{{ x }}</p>", x="<b>&") == "<p>&lt;b&gt;&amp;</p>"
    assert remplir("<p>{{ x }}</p>", x=Markup("<b>&amp;</b>")) == "<p><b>&amp;</b></p>"


def test_la_typographie_d_un_document_n_empeche_pas_de_l_echapper():
    assert remplir("{{ x | typographie }}", x="l'accès <b> 3 ^{ème} ; oui") == "l’accès &lt;b&gt; 3ème\u00a0; oui"


def test_un_nom_inconnu_est_une_erreur():
    with pytest.raises(UndefinedError, match="oublie"):
        remplir("{{ oublie }}")


def test_le_retrait_ne_part_pas_et_une_insecable_reste():
    assert remplir("<ul>\n    {% for x in (1, 2) %}\n    <li>{{ x }}\u00a0\n    </li>\n    {% endfor %}\n</ul>\n") == (
        "<ul>\n<li>1\u00a0\n</li>\n<li>2\u00a0\n</li>\n</ul>"
    )


def test_un_lien_porte_l_etat_de_l_ecran_echappe():
    lu = remplir(
        '{% import "commun.html" as commun %}{{ commun.lien("portrait", "A<B", territoire=code) }}', code='"&é'
    )
    assert lu == '<a href="portrait?territoire=%22%26%C3%A9" target="_self">A&lt;B</a>'
    assert lien_vers("carte", a="1", b="2") == "carte?a=1&b=2"


@pytest.mark.parametrize("nom", sorted(chemin.name for chemin in DOSSIER.glob("*.html")))
def test_chaque_gabarit_se_compile(nom):
    assert _ENVIRONNEMENT.get_template(nom)
