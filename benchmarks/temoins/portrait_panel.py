"""Le même portrait en Panel : `python -m benchmarks.temoins.portrait_panel PORT`. HTML, SVG, et DataFrame par thème."""

from __future__ import annotations

import sys
from html import escape

import pandas as pd
import panel as pn

from benchmarks.temoins import contenu
from indicators.analyse.comparaison import Jugement

pn.extension()


def haut(code: str, seconde: str | None) -> str:
    """L'identité, les cartes, ce qui ressort."""
    vue = contenu.portrait(code, seconde)
    nom, sous, chapeau = contenu.identite(vue)
    cartes = "".join(
        f'<article class="carte"><h3>{escape(r.nom)}</h3><p style="font-size:2.9rem;margin:0">{escape(r.valeur)}</p>'
        + "".join(f"<p>{escape(e)} ({escape(v)})</p>" for e, v in zip(r.ecarts, r.references, strict=True))
        + f"{r.svg}<p>{escape(r.date)}</p>{_deplier(r)}</article>"
        for r in contenu.rangs(vue.tete, vue, grand=True)
    )
    listes = "".join(
        f"<h2>{titre}</h2><ul>{''.join(f'<li>{escape(t)}</li>' for t in contenu.saillants(vue, jugement))}</ul>"
        for jugement, titre in ((Jugement.FAVORABLE, "Ce qui va mieux"), (Jugement.DEFAVORABLE, "Ce qui va moins bien"))
    )
    douteux = "".join(f"<li>{escape(t)}</li>" for t in contenu.doutes(vue))
    grille = "display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(292px,1fr))"
    return (
        f"<h1>{escape(nom)}</h1><p>{escape(sous)}</p><p>{escape(chapeau)}</p>"
        f'<div style="{grille}">{cartes}</div><ul>{douteux}</ul>{listes}'
    )


def _deplier(rang: contenu.Rang) -> str:
    return (
        f"<details><summary>lecture et source</summary>{''.join(f'<p>{escape(t)}</p>' for t in rang.deplie)}</details>"
    )


def themes(code: str, seconde: str | None) -> list[object]:
    """Un titre et un tableau par thème."""
    vue = contenu.portrait(code, seconde)
    blocs: list[object] = []
    for theme, lignes in vue.themes:
        table = pd.DataFrame(
            [
                {
                    "Indicateur": escape(r.nom) + _deplier(r),
                    vue.territoire.nom_court: f"{escape(r.valeur)} ({escape(r.date)})",
                    **{t.nom_court: escape(v) for t, v in zip(vue.references, r.references, strict=True)},
                    "Écart": escape(" ; ".join((*r.ecarts, r.verdict))),
                    "Position": r.svg,
                }
                for r in contenu.rangs(lignes, vue)
            ]
        )
        titre = f"<h2>{escape(theme.libelle)}</h2>"
        blocs += [pn.pane.HTML(titre), pn.pane.DataFrame(table, escape=False, index=False, sizing_mode="stretch_width")]
    return [
        *blocs,
        pn.pane.HTML(f'<p>{escape(contenu.manquants(vue))}</p><footer id="fin">Licence Ouverte 2.0</footer>'),
    ]


def page() -> pn.Column:
    """Une session : deux sélecteurs et ce qui en dépend."""
    depart = contenu.portrait(contenu.DEPART, None)
    territoire = pn.widgets.AutocompleteInput(
        name="Territoire", options=[libelle for _, libelle in contenu.territoires()], case_sensitive=False,
        search_strategy="includes", min_characters=2, value=dict(contenu.territoires())[contenu.DEPART],
    )  # fmt: skip
    codes = {libelle: code for code, libelle in contenu.territoires()}
    reference = pn.widgets.Select(
        name="Référence",
        options={nom: code for code, nom in contenu.references(depart)},
        value=depart.references[-1].territoire,
    )
    texte = pn.pane.HTML(haut(contenu.DEPART, None), sizing_mode="stretch_width")
    tables = pn.Column(*themes(contenu.DEPART, None), sizing_mode="stretch_width")

    def changer(*_: object) -> None:
        if territoire.value not in codes:
            return
        code = codes[territoire.value]
        possibles = {nom: c for c, nom in contenu.references(contenu.portrait(code, None))}
        seconde = reference.value if reference.value in possibles.values() else None
        texte.object = haut(code, seconde)
        tables[:] = themes(code, seconde)

    territoire.param.watch(changer, "value")
    reference.param.watch(changer, "value")
    return pn.Column(territoire, reference, texte, tables, sizing_mode="stretch_width")


if __name__ == "__main__":
    pn.serve(page, port=int(sys.argv[1]), address="127.0.0.1", show=False, websocket_origin=f"127.0.0.1:{sys.argv[1]}")
