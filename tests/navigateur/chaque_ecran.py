"""Les écrans que l'on passe tous en revue, et comment en ouvrir un jusqu'à son pied de page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

PIED = ".oq footer"
ECRANS = (
    "/",
    "/portrait?territoire=QP059050",
    "/comparer?territoire=QP059050",
    "/comparer?territoire=QP059050&vue=tableau",
    "/carte?territoire=QP059050",
    "/carte?groupe=EPCI246200364-COMMUNES&indicateur=population&deux=indicateur",
    "/evolution?territoire=QP059050",
    "/barometre",
    "/explorer?theme=emploi&type=QPV&perimetre=2015&agglomeration=EPCI200042190",
    "/engagements",
    "/seance?territoire=QP059050&diapo=theme-emploi",
    "/sources?rubrique=glossaire",
)


def ouvrir(page: Page, adresse: str) -> None:
    page.goto(adresse)
    expect(page.locator(PIED).last).to_be_visible()
