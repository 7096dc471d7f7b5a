"""Le même portrait en Dash (`python -m benchmarks.temoins.portrait_dash PORT graphe|svg`), par waitress, compressé.

Écrit à son avantage : le premier portrait est dans la mise en page (aucun rappel au chargement) ; « graphe » ne dessine
que les cinq cartes (une quarantaine de `dcc.Graph` l'écraseraient), « svg » montre tous nos dessins, en images.
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


def bande(rang: contenu.Rang) -> dcc.Graph:
    """La place parmi les semblables, comme on l'écrit d'ordinaire : un graphique Plotly."""
    traces: list[dict[str, object]] = []
    if rang.place.repartition is not None:
        mini, q1, mediane, q3, maxi = rang.place.repartition
        traces.append(
            {"type": "box", "y": [0], "lowerfence": [mini], "q1": [q1], "median": [mediane], "q3": [q3],
             "upperfence": [maxi], "orientation": "h", "name": "semblables"}
        )  # fmt: skip
    else:
        points = [o.valeur for o in rang.place.points]
        traces.append({"type": "scatter", "mode": "markers", "x": points, "y": [0] * len(points), "name": "semblables"})
    traces += [
        {"type": "scatter", "mode": "markers+text", "x": [x], "y": [0], "text": [nom], "name": nom,
         "textposition": "bottom center", "marker": {"symbol": "line-ns-open", "size": 18}}
        for nom, x in rang.reperes
    ]  # fmt: skip
    if rang.point is not None:
        traces.append({"type": "scatter", "mode": "markers", "x": [rang.point], "y": [0], "name": rang.nom,
                       "marker": {"symbol": "diamond", "size": 14}})  # fmt: skip
    mise_en_page = {"height": 110, "margin": {"l": 8, "r": 8, "t": 4, "b": 24}, "showlegend": False,
                    "yaxis": {"visible": False}}  # fmt: skip
    return dcc.Graph(figure={"data": traces, "layout": mise_en_page}, config={"displayModeBar": False})


def dessin(rang: contenu.Rang, *, graphe: bool) -> list[object]:
    """Le dessin d'un rang : un graphique, notre SVG en image, ou rien s'il n'y a rien à placer."""
    if graphe:
        return [bande(rang)]
    return [html.Img(src=contenu.en_image(rang.svg), alt=rang.nom, style={"width": "100%"})] if rang.svg else []


def deplier(rang: contenu.Rang) -> html.Details:
    """La lecture et la source."""
    *textes, passage = rang.deplie
    return html.Details([html.Summary("lecture et source"), *map(html.P, textes), html.Blockquote(passage)])


def corps(code: str, seconde: str | None, *, graphe: bool) -> list[object]:
    """Le portrait entier, sans les sélecteurs."""
    vue = contenu.portrait(code, seconde)
    nom, sous, chapeau = contenu.identite(vue)
    cartes = [
        html.Article(
            [
                html.H3(r.nom),
                html.P(r.valeur, className="valeur"),
                *(html.P(f"{e} ({v})") for e, v in zip(r.ecarts, r.references, strict=True)),
                *dessin(r, graphe=graphe),
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
                    html.Td([] if graphe else dessin(r, graphe=False)),
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


def application(*, graphe: bool) -> Dash:
    """L'application : deux sélecteurs, un rappel."""
    app = Dash(__name__, compress=True, title="Portrait", update_title="")
    app.index_string = app.index_string.replace("</head>", STYLE)
    vue = contenu.portrait(contenu.DEPART, None)
    app.layout = html.Main(
        [
            dcc.Dropdown(dict(contenu.territoires()), contenu.DEPART, id="territoire", clearable=False),
            dcc.Dropdown(dict(contenu.references(vue)), vue.references[-1].territoire, id="reference", clearable=False),
            html.Div(corps(contenu.DEPART, None, graphe=graphe), id="contenu"),
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
        return corps(code, seconde if seconde in possibles else None, graphe=graphe), possibles

    return app


if __name__ == "__main__":
    # Un navigateur garde six liaisons ouvertes : vingt visiteurs dépassent la limite ordinaire de cent.
    serveur = application(graphe=sys.argv[2] == "graphe").server
    waitress.serve(serveur, host="127.0.0.1", port=int(sys.argv[1]), threads=8, connection_limit=1000)
