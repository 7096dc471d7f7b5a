"""Le même portrait en Dash (`python -m benchmarks.temoins.portrait_dash PORT`), par waitress, compressé.

Écrit à son avantage : le premier portrait est dans la mise en page (aucun rappel au chargement), ses listes n'ont que
les quartiers, et nos dessins y sont des images (une quarantaine de `dcc.Graph` l'écraseraient).
"""

from __future__ import annotations

import sys

import waitress
from dash import Dash, Input, Output, dcc, html

from benchmarks.temoins import contenu
from indicators.analyse.comparaison import Jugement

STYLE = """<style>body{font:16px sans-serif;background:#f6f7f9;margin:1rem auto;max-width:1320px}
.cartes{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(292px,1fr))}
.carte{background:#fff;border:1px solid #d9dfe6;border-radius:12px;padding:1rem}.valeur{font-size:2.9rem;margin:0}
table{width:100%;background:#fff;border-collapse:collapse}
td,th{padding:.5rem;border-top:1px solid #d9dfe6;text-align:left}
</style></head>"""


def dessin(rang: contenu.Rang) -> list[object]:
    """Le dessin d'un rang, en image ; rien s'il n'y a rien à placer."""
    return [html.Img(src=contenu.en_image(rang.svg), alt=rang.nom, style={"width": "100%"})] if rang.svg else []


def deplier(rang: contenu.Rang) -> html.Details:
    """La lecture et la source."""
    *textes, passage = rang.deplie
    return html.Details([html.Summary("lecture et source"), *map(html.P, textes), html.Blockquote(passage)])


def corps(code: str, seconde: str | None) -> list[object]:
    """Le portrait entier, sans les sélecteurs."""
    vue = contenu.portrait(code, seconde)
    nom, sous, chapeau = contenu.identite(vue)
    cartes = [
        html.Article(
            [
                html.H3(r.nom),
                html.P(r.valeur, className="valeur"),
                *(html.P(f"{e} ({v})") for e, v in zip(r.ecarts, r.references, strict=True)),
                *dessin(r),
                html.P(r.date),
                deplier(r),
            ],
            className="carte",
        )
        for r in contenu.rangs(vue.tete, vue, grand=True)
    ]
    listes = [
        html.Section([html.H2(titre), html.Ul([html.Li(t) for t in contenu.saillants(vue, jugement)])])
        for jugement, titre in ((Jugement.FAVORABLE, "Ce qui va mieux"), (Jugement.DEFAVORABLE, "Ce qui va moins bien"))
    ]
    entetes = ["Indicateur", vue.territoire.nom_court, *(t.nom_court for t in vue.references), "Écart", "Position"]
    themes: list[object] = []
    for theme, lignes in vue.themes:
        rangs = [
            html.Tr(
                [
                    html.Th([r.nom, deplier(r)]),
                    html.Td(f"{r.valeur} ({r.date})"),
                    *map(html.Td, r.references),
                    html.Td(" ; ".join((*r.ecarts, r.verdict))),
                    html.Td(dessin(r)),
                ]
            )
            for r in contenu.rangs(lignes, vue)
        ]
        themes += [
            html.H2(theme.libelle),
            html.Table([html.Thead(html.Tr([html.Th(e) for e in entetes])), html.Tbody(rangs)]),
        ]
    return [
        html.H1(nom),
        html.P(sous),
        html.P(chapeau),
        html.Div(cartes, className="cartes"),
        html.Ul([html.Li(t) for t in contenu.doutes(vue)]),
        *listes,
        *themes,
        html.Details([html.Summary("Ce qui manque"), html.P(contenu.manquants(vue))]),
        html.Footer("Données sous Licence Ouverte 2.0.", id="fin"),
    ]


def application() -> Dash:
    """L'application : deux sélecteurs, un rappel."""
    app = Dash(__name__, compress=True, title="Portrait", update_title="")
    app.index_string = app.index_string.replace("</head>", STYLE)
    vue = contenu.portrait(contenu.DEPART, None)
    app.layout = html.Main(
        [
            dcc.Dropdown(dict(contenu.territoires()), contenu.DEPART, id="territoire", clearable=False),
            dcc.Dropdown(dict(contenu.references(vue)), vue.references[-1].territoire, id="reference", clearable=False),
            html.Div(corps(contenu.DEPART, None), id="contenu"),
        ]
    )

    @app.callback(
        Output("contenu", "children"),
        Output("reference", "options"),
        Input("territoire", "value"),
        Input("reference", "value"),
        prevent_initial_call=True,
    )
    def changer(code: str, seconde: str | None) -> tuple[list[object], dict[str, str]]:
        possibles = dict(contenu.references(contenu.portrait(code, None)))
        return corps(code, seconde if seconde in possibles else None), possibles

    return app


if __name__ == "__main__":
    # Un navigateur garde six liaisons ouvertes : vingt visiteurs dépassent la limite ordinaire de cent.
    serveur = application().server
    waitress.serve(serveur, host="127.0.0.1", port=int(sys.argv[1]), threads=8, connection_limit=1000)
