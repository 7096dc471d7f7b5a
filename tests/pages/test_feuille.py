"""La feuille d'une première vue : rien de ce qui peut y servir ne manque, rien d'autre n'y est."""

from __future__ import annotations

import re

import pytest

from pages.serveur import feuille


@pytest.fixture
def style(monkeypatch: pytest.MonkeyPatch):
    """De quoi écrire une feuille à la place de la nôtre."""

    return lambda texte: monkeypatch.setattr(feuille, "_REGLES", tuple(feuille._decouper(texte, ())))


def test_avec_toutes_les_classes_c_est_la_feuille_entiere():
    toutes = " ".join(re.findall(r"\.(-?[_a-zA-Z][\w-]*)", feuille.ENTIERE))
    assert _regles(feuille.utile(f'<p class="{toutes}">')) == _regles(feuille.ENTIERE)


def _regles(style: str) -> str:
    """Sans blancs, ni ce qui ferme et rouvre une même condition entre deux règles."""
    sans = re.sub(r"\s+", "", style)
    return re.sub(r"\}(@(?:media|supports|container)[^{]*)\{", "}", sans).replace("}}", "}")


@pytest.mark.parametrize(
    ("ecrite", "gardee"),
    [
        (".a { x: 1 }", ".a{ x: 1 }"),
        (".z { x: 1 }", ""),
        ("p, #i, [data-z] { x: 1 }", "p,#i,[data-z]{ x: 1 }"),
        (".a .z, .b.a > p, .z { x: 1 }", ".b.a > p{ x: 1 }"),
        (".a:not(.z) { x: 1 } .b:is(.y, .z) p, .y { x: 1 }", ".a:not(.z){ x: 1 }.b:is(.y, .z) p{ x: 1 }"),
        (".a:has(> .z) { x: 1 }", ".a:has(> .z){ x: 1 }"),
        ('[class*="st-.z"] { x: 1 }', '[class*="st-.z"]{ x: 1 }'),
        ("@media print { .z { x: 1 } } .a { x: 1 }", ".a{ x: 1 }"),
        ("@media print { .a { x: 1 } .b { x: 2 } } .a { x: 3 }", "@media print{.a{ x: 1 }.b{ x: 2 }}.a{ x: 3 }"),
        ("@supports (x: 1) { @media print { .a { x: 1 } } }", "@supports (x: 1){@media print{.a{ x: 1 }}}"),
        ("@page { @top-left { content: '' } } .z { x: 1 }", "@page{ @top-left { content: '' } }"),
        (".sombre .a, .repli .z { x: 1 }", ".sombre .a{ x: 1 }"),
    ],
)
def test_une_regle_reste_si_elle_peut_designer_quelque_chose(style, ecrite, gardee):
    style(ecrite)
    assert feuille.utile('<div class="a b"><p>texte</p></div>') == gardee
