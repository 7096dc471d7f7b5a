"""Le rapport d'un ajout, avant qu'il ne soit écrit : ce qu'il apporte, change, laisse, et ce qui étonne."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.base.imports import Connue
from indicators.imports.moteur import vraisemblance
from indicators.imports.moteur.cellules import en_nombre, s_accordent
from indicators.imports.moteur.lot import Lot, Lu
from indicators.imports.moteur.mouvements import Nature, renommees
from indicators.imports.moteur.releve import Chiffre, Releve
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.erreurs import Constat
from indicators.socle.nombres import compter, ecrire, et_autres, nombre
from indicators.socle.observations import PONCTUELS, SANS_VALEUR, Statut
from indicators.socle.premiers import Premiers

_EXEMPLES = 8
_DES_LIEUX = ("territoires", "appartenances", "filiations", "services", "noms", "ruptures", "perimetres")


@dataclass(frozen=True)
class Ecart:
    """Deux valeurs à rapprocher : celle du fichier et celle de la base."""

    territoire: str
    indicateur: str
    nouvelle: str
    ancienne: str
    detail: str = ""

    def __str__(self) -> str:
        suite = f" ({self.detail})" if self.detail else ""
        return f"{self.territoire}, {self.indicateur} : {self.ancienne} → {self.nouvelle}{suite}"


@dataclass(frozen=True)
class Rapport:
    """Tout ce qu'il faut lire avant d'accepter. `changees` : même clé, autre valeur ; `retirees` : l'édition précédente
    de la même source les donnait, ce fichier ne les a plus. `tues` : une autre source les donne, ce fichier les tait.
    """

    ajoutees: int
    inchangees: int
    secretes: int
    sans_valeur: int
    changees: Premiers[Ecart]
    retirees: tuple[tuple[str, str, Connue], ...]
    sauts: Premiers[Ecart]
    desaccords: Premiers[Ecart]
    tues: Premiers[Ecart]
    totaux: Premiers[str]
    lot: Lot

    @property
    def hors_bornes(self) -> Premiers[str]:
        """Les valeurs impossibles, laissées."""
        return self.lot.hors_bornes.devenir(_impossible)

    @property
    def doubles(self) -> Premiers[str]:
        """Les cases qui en contredisent une autre, laissées."""
        return self.lot.doubles.devenir(_double)

    @property
    def retraits(self) -> Premiers[Ecart]:
        """Les valeurs connues que le fichier retire : secret, case vide ou illisible."""
        return self.changees.du_genre(True)

    @property
    def corrections(self) -> Premiers[Ecart]:
        """Les valeurs changées en une autre valeur."""
        return self.changees.du_genre(False)

    @property
    def est_vide(self) -> bool:
        """Vrai si l'ajout ne changerait rien à la base."""
        lieux = any(self.lot.feuilles.get(f) for f in _DES_LIEUX)
        return not (self.ajoutees or self.changees or self.retirees or lieux or self.lot.contours)

    @property
    def pourquoi_rien(self) -> str:
        """Pourquoi l'ajout ne changerait rien ; vide s'il changerait quelque chose."""
        if not self.est_vide:
            return ""
        if self.lot.lus and all(_sans_ligne(lu.releve) for lu in self.lot.lus):
            noms = ", ".join(f"« {lu.fichier.nom} »" for lu in self.lot.lus)
            return f"{noms} : rien n'est écrit sous l'en-tête. Écrivez un chiffre par ligne, puis recommencez."
        return "Rien à ajouter : la base a déjà tout ce qui a pu être lu."

    def texte(self) -> str:
        """Le rapport en français, pour la commande comme pour l'écran."""
        return "\n".join(_paragraphes(self))


def _sans_ligne(releve: Releve) -> bool:
    """Vrai d'une table qui n'a que son en-tête, ou d'un modèle qui n'a que l'aide que nous y écrivons."""
    if releve.format == "modele":
        return not (releve.chiffres or releve.indicateurs or releve.constats)
    return not (releve.lignes or releve.contours)


def rapporter(lot: Lot, catalogue: Catalogue) -> Rapport:
    """Confronte le lot à la base."""
    catalogue = lot.etendre(catalogue)
    ajoutees = inchangees = secretes = sans_valeur = 0
    changees: Premiers[Ecart] = Premiers(genre=_est_un_retrait)
    sauts: Premiers[Ecart] = Premiers()
    desaccords: Premiers[Ecart] = Premiers()
    tues: Premiers[Ecart] = Premiers()
    cles_du_fichier: set[tuple[object, ...]] = set()
    for ligne in lot.feuilles.get("observations", []):
        statut = Statut(ligne["statut"])
        secretes += statut is Statut.SECRET
        sans_valeur += statut in SANS_VALEUR and statut is not Statut.SECRET
        connues = lot.connues.get((ligne["territoire"], ligne["indicateur"]), [])
        cle = tuple(int(ligne[c]) if ligne[c] else None for c in ("annee_debut", "annee", "millesime"))
        cles_du_fichier.add((ligne["territoire"], ligne["indicateur"], *cle, ligne["source"]))
        meme = next((c for c in connues if c.cle == (*cle, ligne["source"])), None)
        if meme is None:
            ajoutees += 1
        elif _pareille(ligne, meme):
            inchangees += 1
        else:
            changees.append(_ecart(ligne, meme, "même source et même année"))
        if meme is None and statut in (Statut.SECRET, Statut.NON_DISPONIBLE):
            tues += _tues(ligne, cle, connues)
        if statut in PONCTUELS:
            indicateur = catalogue.indicateur(ligne["indicateur"])
            desaccords += _desaccords(ligne, cle, connues)
            sauts += _saut(ligne, cle, connues, indicateur)
    return Rapport(
        ajoutees,
        inchangees,
        secretes,
        sans_valeur,
        changees,
        tuple(_retirees(lot, cles_du_fichier)),
        sauts,
        desaccords,
        tues,
        Premiers(vraisemblance.totaux(lot.feuilles.get("observations", []), lot.connues, catalogue, lot.parents)),
        lot,
    )


def _nombre(texte: str) -> float | None:
    return en_nombre(texte) if texte else None


def _pareille(ligne: dict[str, str], connue: Connue) -> bool:
    nombres = tuple(_nombre(ligne[c]) for c in ("valeur", "borne_inf", "borne_sup"))
    return ligne["statut"] == connue.statut and nombres == (connue.valeur, connue.borne_inf, connue.borne_sup)


def _dite(connue: Connue) -> str:
    if connue.valeur is None:
        return str(connue.statut)
    return ecrire(connue.valeur, connue.decimales)


def _ecart(ligne: dict[str, str], connue: Connue, detail: str) -> Ecart:
    return Ecart(ligne["territoire"], ligne["indicateur"], ligne["valeur"] or ligne["statut"], _dite(connue), detail)


def _desaccords(ligne: dict[str, str], cle: tuple[int | None, ...], connues: Sequence[Connue]) -> Iterable[Ecart]:
    """Une autre source donne un autre nombre pour la même année : un « recoupement »."""
    decimales = len(ligne["valeur"].partition(",")[2])
    for connue in connues:
        if connue.source == ligne["source"] or connue.valeur is None or cle[1] is None:
            continue
        precision = min(decimales, connue.decimales)
        if (connue.annee_debut, connue.annee) == cle[:2] and not s_accordent(
            en_nombre(ligne["valeur"]), connue.valeur, precision
        ):
            yield _ecart(ligne, connue, f"{cle[1]}, {connue.source}")


def _tues(ligne: dict[str, str], cle: tuple[int | None, ...], connues: Sequence[Connue]) -> Iterable[Ecart]:
    """La valeur sûre qu'une autre source donne pour la même année, et que ce fichier dit secrète ou absente."""
    for connue in connues:
        if connue.fiabilite == "sure" and connue.valeur is not None and (connue.annee_debut, connue.annee) == cle[:2]:
            yield _ecart(ligne, connue, f"{cle[1]}, {connue.source}")


def _saut(
    ligne: dict[str, str], cle: tuple[int | None, ...], connues: Sequence[Connue], indicateur: Indicateur
) -> Iterable[Ecart]:
    """La valeur sûre la plus proche dans le temps, si elle est trop loin pour ne pas étonner."""
    if cle[1] is None or cle[0] is not None:
        return
    if trouve := vraisemblance.saut(cle[1], en_nombre(ligne["valeur"]), connues, indicateur):
        yield _ecart(ligne, *trouve)


def _retirees(lot: Lot, cles: set[tuple[object, ...]]) -> Iterable[tuple[str, str, Connue]]:
    """Ce que la base tenait de la même source et de la même année, et que ce fichier national n'a plus."""
    for lu in lot.lus:
        if lu.releve.source is None or not lu.releve.est_national:
            continue
        source = lu.releve.source.source.replace("{edition}", str(lu.dates.edition or ""))
        donnes = {(cle[1], cle[3]) for cle in cles if cle[-1] == source}
        for (territoire, indicateur), connues in lot.connues.items():
            for connue in connues:
                if (
                    connue.source == source
                    and (indicateur, connue.annee) in donnes
                    and (territoire, indicateur) not in lot.impossibles
                    and (territoire, indicateur, *connue.cle) not in cles
                ):
                    yield territoire, indicateur, connue


def _paragraphes(rapport: Rapport) -> Iterable[str]:
    lot = rapport.lot
    for lu in lot.lus:
        yield f"{lu.fichier.nom} : {lu.releve.titre}"
        if lu.releve.feuille:
            yield f"  onglet « {lu.releve.feuille} » lu, {lu.releve.vues} lignes vues"
        for onglet, raison in lu.releve.onglets_laisses.items():
            yield f"  onglet « {onglet} » laissé : {raison}"
        employees = len({chiffre.ligne for chiffre in lu.releve.chiffres if chiffre.ligne})
        employees += len(lu.releve.indicateurs)
        if employees or not lu.releve.lieux:
            yield f"  {lu.releve.lignes} lignes, dont {employees} employées ; {len(lu.releve.chiffres)} cases lues"
        else:
            lies = f"{len(lu.releve.lieux)} lieux nommés, {len(set(lu.releve.liens))} liens"
            yield f"  {lu.releve.lignes} lignes ; {lies}"
        if lu.releve.situes:
            quartiers = len({quartier for quartier, _, _ in lu.releve.situes})
            yield f"  {len(lu.releve.situes)} établissements dans un quartier ou auprès de lui, {quartiers} quartiers"
        if lu.dates.edition:
            yield f"  édition {lu.dates.edition}"
        for groupe, annee in lu.dates.annees.items():
            yield f"  {lu.releve.groupes[groupe]} : {annee or 'sans année'} ({lu.dates.preuves[groupe]})"
        for groupe in lu.dates.laisses:
            yield f"  {lu.releve.groupes[groupe]} : laissé, son année n'est pas établie (--annee {groupe}=…)"
        if lu.releve.inconnues:
            yield f"  {len(lu.releve.inconnues)} colonnes inconnues, laissées : {_enumeration(lu.releve.inconnues)}"
        if lu.releve.laissees:
            yield f"  {len(lu.releve.laissees)} colonnes connues, non reprises : {_enumeration(lu.releve.laissees)}"
        yield from _liste("remarques sur les cases", lu.releve.constats, _remarque)
    if definis := lot.feuilles.get("indicateurs"):
        noms = [f"{ligne['libelle']} ({ligne['indicateur']})" for ligne in definis]
        yield f"Indicateurs locaux, marqués « local » partout : {', '.join(noms)}"
    if lot.hors_catalogue:
        yield f"Indicateurs absents du catalogue de cette base, laissés : {', '.join(sorted(lot.hors_catalogue))}"
    for nom, raison in lot.ecartes:
        yield f"{nom} : laissé ; {raison.partition(' Formats admis')[0]}"
    yield (
        f"Territoires : {compter(len(lot.connus), 'connu')}, {compter(len(lot.nouveaux), 'nouveau', 'nouveaux')}, "
        f"{compter(len(lot.introuvables), 'inconnu')} de la base (laissés ; --territoires ferait entrer ceux que le "
        "lot nomme)"
    )
    yield from _membres(lot)
    if lot.contours:
        yield f"Contours : {len(lot.contours)}, qui remplacent ceux des mêmes territoires"
    yield (
        f"Valeurs : {compter(rapport.ajoutees, 'ajoutée')}, {compter(len(rapport.changees), 'changée')}, "
        f"{compter(rapport.inchangees, 'inchangée')}, {compter(len(rapport.retirees), 'retirée')} ; dont "
        f"{compter(rapport.secretes, 'secrète')} et {compter(rapport.sans_valeur, 'non disponible', 'non disponibles')}"
    )
    yield from _liste("valeurs connues que ce fichier retire (secret, case vide ou illisible)", rapport.retraits)
    yield from _liste("valeurs changées", rapport.corrections)
    absentes = [f"{t}, {i}, {c.annee or c.millesime} : {_dite(c)}" for t, i, c in rapport.retirees]
    yield from _liste("valeurs retirées par cette édition", absentes)
    yield from _liste("valeurs d’une autre source, gardées, que ce fichier dit secrètes ou absentes", rapport.tues)
    yield from _liste("valeurs impossibles, laissées", rapport.hors_bornes)
    yield from _liste("cases qui se contredisent dans le fichier, la première gardée", rapport.doubles)
    yield from _liste("pourcentages étonnants, gardés tels quels", lot.soupcons)
    yield from _liste("sauts étonnants depuis la valeur la plus proche", rapport.sauts)
    yield from _liste("effectifs plus grands que leur total", rapport.totaux)
    yield from _liste("désaccords avec une autre source pour la même année", rapport.desaccords)
    yield from _liste("appartenances à un EPCI qui se contredisent", lot.liens_contraires)
    yield from _vie_des_lieux(lot)
    if rapport.est_vide:
        yield rapport.pourquoi_rien


def _membres(lot: Lot) -> Iterable[str]:
    """Ce qu'apporte un fichier sans chiffre : liens et filiations des quartiers, lieux ouverts au public."""
    membres = lot.membres
    if membres.ajoutes or membres.absents or membres.sans_lieu or membres.inchanges:
        yield (
            f"Appartenances des quartiers : {compter(len(membres.ajoutes), 'ajoutée')}, "
            f"{compter(membres.inchanges, 'inchangée')}, "
            f"{len(membres.absents)} que ce fichier n'a plus (gardées)"
        )
    yield from _liste("appartenances ajoutées", membres.ajoutes)
    yield from _liste("appartenances de la base que ce fichier n'a plus, gardées", membres.absents)
    yield from _liste("appartenances laissées, faute d'un lieu connu", membres.sans_lieu)
    if services := lot.feuilles.get("services"):
        yield f"Lieux ouverts au public : {len(services)} ; ceux que la base a déjà restent tels qu'elle les décrit"
    if filiations := lot.feuilles.get("filiations"):
        yield f"Filiations de quartiers : {len(filiations)} écrites"


def _vie_des_lieux(lot: Lot) -> Iterable[str]:
    """Ce que les listes officielles changent aux lieux : dit, et appliqué seulement si c'est demandé."""
    yield from _liste("lieux qui changent de nom", renommees(lot.mouvements))
    autres = [m.phrase for m in lot.mouvements if m.nature is not Nature.RENOMMAGE]
    yield from _liste("mouvements de communes et d’EPCI", autres)
    yield from _liste("lieux qui gardent le contour d’avant, faute de celui d’une commune", lot.contours_d_avant)
    if not lot.applique:
        soupcons = [f"{ligne['territoire']} : {ligne['raison']}" for ligne in lot.feuilles.get("ruptures", [])]
        yield from _liste("lieux dont aucune évolution ne sera jugée à travers ces chiffres", soupcons)
    if lot.mouvements:
        faits = sum(not m.ancien for m in lot.mouvements)
        yield (
            f"  {faits} appliqués : les liens d’avant sont gardés avec leurs dates, les chiffres d’avant ne se "
            "comparent plus à ceux d’après"
            if lot.applique
            else "  rien n’en est appliqué : demandez-le (--mouvements, ou la case de l’écran)"
        )


def _enumeration(noms: Sequence[str]) -> str:
    return ", ".join(noms[:_EXEMPLES]) + (f"… et {len(noms) - _EXEMPLES} autres" if len(noms) > _EXEMPLES else "")


def _liste(titre: str, choses: Sequence[object] | Premiers[Any], dire: Callable[[Any], object] = str) -> Iterable[str]:
    """Combien il y en a, les premières de chaque genre, et combien d'autres de ce genre."""
    if not choses:
        return
    yield f"  {nombre(len(choses))} {titre} :"
    genres = list(choses.par_genre()) if isinstance(choses, Premiers) else [(list(choses[:_EXEMPLES]), len(choses))]
    for dits, combien in genres[:_EXEMPLES]:
        yield from _exemples([dire(chose) for chose in dits[:_EXEMPLES]], combien, seul=len(genres) == 1)
    if reste := sum(combien for _, combien in genres[_EXEMPLES:]):
        yield f"    … et {nombre(reste)} d’autres genres"


def _exemples(dits: Sequence[object], combien: int, *, seul: bool) -> Iterable[str]:
    yield from (f"    - {dit}" for dit in dits)
    if reste := et_autres(combien - len(dits)):
        yield f"    …{reste}{'' if seul else ' du même genre'}"


def _remarque(dite: Constat) -> str:
    return f"ligne {dite.ligne} {dite.message}" if dite.ligne else dite.message


def _est_un_retrait(ecart: Ecart) -> bool:
    """Vrai si la nouvelle valeur n'est pas un nombre : secret, case vide ou illisible."""
    return not ecart.nouvelle[:1].isdigit() and ecart.nouvelle[:1] not in "-+"


def _impossible(laisse: tuple[Lu, Chiffre]) -> str:
    lu, chiffre = laisse
    return f"{lu.fichier.nom}, ligne {chiffre.ligne} : {chiffre.indicateur} = {chiffre.brut}"


def _double(laisse: tuple[Lu, Chiffre]) -> str:
    lu, chiffre = laisse
    return f"{lu.fichier.nom}, ligne {chiffre.ligne} : {chiffre.territoire}, {chiffre.colonne}"
