"""Chronométrer dans un vrai navigateur : du début de la navigation, ou du geste, au dessin de ce qui était attendu.

Le temps est pris dans la page, après la première image où le DOM est celui que l'on attend (`MutationObserver`) : ni
la cadence de Playwright ni une attente fixe n'y entrent. Une condition décrit l'écran entier, son dernier élément
compris ; elle doit tenir encore quand le DOM s'est tu 300 ms, sinon le temps repart.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 120_000
"""Millisecondes au-delà desquelles un écran attendu est dit absent ; en 3G, Panel en demande plus de 30 000."""
GUET = """
(() => {
  // Les racines d'ombre (Panel) ont leur propre arbre : chacune est à guetter.
  const arbres = [document], guets = new Set(), options = {
    subtree: true, childList: true, attributes: true, characterData: true };
  const ouvrir = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (...donnes) {
    const racine = ouvrir.apply(this, donnes);
    arbres.push(racine);
    guets.forEach((guet) => guet.observe(racine, options));
    return racine;
  };
  window.geste = 0;
  for (const genre of ["keydown", "pointerdown"])
    addEventListener(genre, () => { window.geste = performance.now(); }, true);
  window.guetter = (condition, depuisGeste) => {
    const tenue = new Function(`return (${condition})`);
    window.attendu = new Promise((rendre, refuser) => {
      let vu = null, silence = null, image = 0;
      const finir = () => { guet.disconnect(); guets.delete(guet); clearTimeout(limite); cancelAnimationFrame(image); };
      const limite = setTimeout(() => {
        finir();
        refuser(new Error(`Pas vu, ou pas tu : ${condition}`));
      }, PATIENCE);
      const voir = () => {
        clearTimeout(silence);
        if (!tenue()) { vu = null; return; }
        if (vu === null) {
          vu = performance.now();
          setTimeout(() => { if (vu !== null) vu = performance.now(); });
        }
        silence = setTimeout(() => { finir(); rendre(vu - (depuisGeste ? window.geste : 0)); }, 300);
      };
      // Regarder fait mettre en page : à chaque image seulement, qui s'y remet de toute façon.
      const venir = () => { image ||= requestAnimationFrame(() => { image = 0; voir(); }); };
      const guet = new MutationObserver(venir);
      guets.add(guet);
      arbres.forEach((arbre) => guet.observe(arbre, options));
      addEventListener("load", venir);
      document.addEventListener("load", venir, true); // une image arrivée n'est pas une modification du DOM
      venir();
    });
    window.attendu.catch(() => {});
  };
})();
""".replace("PATIENCE", str(PATIENCE))


@dataclass(frozen=True)
class Chargement:
    """Un chargement : son temps en secondes, les octets reçus (entêtes comprises, websocket compris), les requêtes."""

    temps: float
    octets: float
    requetes: int


@contextmanager
def chromium() -> Iterator[Browser]:
    """Le navigateur, le temps d'un bloc ; s'il n'y en a pas, dit comment l'avoir."""
    chemin = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chemin is None:
        raise SystemExit("Ces mesures demandent Chromium : `apt-get install chromium`, ou la variable CHROMIUM.")
    pilote: Playwright
    with sync_playwright() as pilote:
        navigateur = pilote.chromium.launch(executable_path=chemin, args=list(OPTIONS))
        yield navigateur
        navigateur.close()


@contextmanager
def page_neuve(navigateur: Browser) -> Iterator[Page]:
    """Une page sans cache ni témoin, comme à la première visite."""
    contexte = navigateur.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = contexte.new_page()
    page.set_default_timeout(PATIENCE + 10_000)
    page.add_init_script(GUET)
    yield page
    contexte.close()


def charger(page: Page, adresse: str, condition: str, *, encore: bool = False) -> Chargement:
    """Ouvre (ou recharge) cette adresse, jusqu'à ce que la condition tienne."""
    octets, requetes = [0.0], [0]
    canal = page.context.new_cdp_session(page)
    canal.send("Network.enable")

    def finie(recu: dict[str, float]) -> None:
        octets[0] += recu["encodedDataLength"]
        requetes[0] += 1

    canal.on("Network.loadingFinished", finie)
    canal.on("Network.webSocketFrameReceived", lambda r: octets.__setitem__(0, octets[0] + _poids(r["response"])))
    if encore:
        page.reload(wait_until="commit")
    else:
        page.add_init_script(f"window.guetter({json.dumps(condition)}, false)")
        page.goto(adresse, wait_until="commit")
    page.wait_for_load_state("load")
    temps = page.evaluate("window.attendu")
    canal.detach()
    return Chargement(temps / 1000, octets[0], requetes[0])


def _poids(trame: dict[str, object]) -> float:
    """Les octets d'une trame, binaire (en base 64) ou texte ; la compression du websocket n'est pas décomptée."""
    texte = str(trame["payloadData"])
    return len(texte) * 3 / 4 if trame["opcode"] == 2 else len(texte)


def guetter(page: Page, condition: str) -> None:
    """Arme le chronomètre d'un geste : le dernier appui de touche ou de souris en sera le départ."""
    page.evaluate(f"window.guetter({json.dumps(condition)}, true)")


def arriver(page: Page) -> float:
    """Attend ce que `guetter` attendait ; rend le temps depuis le geste, en secondes."""
    return float(page.evaluate("window.attendu")) / 1000
