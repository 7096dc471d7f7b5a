"""Écrire dans une table suivie : le verrou optimiste, l'histoire, et le droit vérifié au moment d'écrire.

Une écriture dit quelle version elle a vue (`vue`, 0 pour créer). Si une autre est passée entre-temps, rien n'est
remplacé et `EcritureCroisee` dit ce qui est écrit maintenant ; si c'est la même chose qui était déjà écrite (un
enregistrement répété après une coupure), tout va bien.

Chaque fonction du suivi qui écrit fait ainsi : elle rend la version écrite, et lève `EcritureRefusee` à qui n'en a pas
le droit, `ErreurSuivi` pour une saisie qui n'est pas admise, `EcritureCroisee` pour une version dépassée.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import LECTURE_SEULE, EcritureCroisee, EcritureRefusee, ErreurSuivi
from indicators.suivi.tables import COLONNES_DE_TRACE, HISTORIQUE, INVITATIONS

RAFALE = timedelta(minutes=2)
"""Ce qu'une même personne tape d'affilée dans une note ne fait qu'une ligne d'histoire."""
ECRITURES_MAX = 3_000
"""Écritures admises d'un même lien en dix minutes : de quoi rendre un questionnaire, non noyer le magasin."""


@dataclass(frozen=True)
class Trace:
    """Qui a écrit en dernier, quand, et la version à citer pour écrire ensuite."""

    version: int
    moment: datetime
    role: Role
    fonction: str
    organisation: str

    @property
    def en_mots(self) -> str:
        """« référente, CAF du Nord »."""
        return ", ".join(mot for mot in (self.fonction, self.organisation) if mot)


def trace(ligne: Row[Any]) -> Trace:
    """La trace d'une ligne d'une table suivie."""
    return Trace(ligne.version, ligne.moment, Role(ligne.role), ligne.fonction, ligne.organisation)


def champs(ligne: Row[Any]) -> dict[str, Any]:
    """Les colonnes d'une ligne, sans sa trace."""
    return {nom: valeur for nom, valeur in ligne._mapping.items() if nom not in COLONNES_DE_TRACE}


@dataclass(frozen=True)
class Changement:
    """Une écriture : qui, quand, ce qui était là avant (None : rien, c'est la création) et ce qui y est venu.

    Une rafale de frappe compte pour une. Les dates de `avant` et `apres` sont du texte (AAAA-MM-JJ).
    """

    objet: str
    cle: tuple[str, ...]
    version: int
    moment: datetime
    par: str
    avant: Mapping[str, Any] | None
    apres: Mapping[str, Any]


class Ecriture:
    """Une transaction d'écriture, au nom d'un auteur, datée par le serveur."""

    def __init__(self, cx: Connection, auteur: Auteur, moment: datetime) -> None:
        self.cx = cx
        self.auteur = auteur
        self.moment = moment

    def poser(
        self, table: Table, cle: Mapping[str, Any], valeurs: Mapping[str, Any], vue: int, *, brouillon: bool = False
    ) -> int:
        """Crée (vue = 0) ou remplace la version vue ; rend la nouvelle version.

        `valeurs` : les colonnes à écrire ; à la création, toutes celles qui n'ont pas de défaut nul. `brouillon` : une
        frappe en cours, que l'histoire réunit à la précédente de la même personne.
        """
        place = and_(*(table.c[nom] == valeur for nom, valeur in cle.items()))
        actuelle = self.cx.execute(select(table).where(place).with_for_update()).first()
        if actuelle is None and vue == 0:
            ligne = {**cle, **valeurs, **self._trace(1)}
            if self._inserer(table, ligne):
                self._retenir(table, cle, 1, None)
                return 1
            actuelle = self.cx.execute(select(table).where(place).with_for_update()).first()
        if actuelle is None:
            raise EcritureCroisee({}, 0, "", None)
        if all(getattr(actuelle, nom) == valeur for nom, valeur in valeurs.items()):
            return int(actuelle.version)
        if actuelle.version != vue:
            raise EcritureCroisee(champs(actuelle), actuelle.version, trace(actuelle).en_mots, actuelle.moment)
        version = int(actuelle.version) + 1
        self.cx.execute(update(table).where(place).values(**valeurs, **self._trace(version)))
        if not (brouillon and self._meme_rafale(table, cle)):
            self._retenir(table, cle, version, champs(actuelle))
        return version

    def compter(self, table: Table, maximum: int, quoi: str, **egal: Any) -> None:
        """Lève `ErreurSuivi` s'il y a déjà autant de lignes : rien ne grossit sans borne."""
        nombre = self.cx.execute(
            select(func.count()).select_from(table).where(*(table.c[nom] == v for nom, v in egal.items()))
        ).scalar_one()
        if nombre >= maximum:
            raise ErreurSuivi(f"Il y a déjà {nombre} {quoi} : {maximum} sont admis.")

    def _trace(self, version: int) -> dict[str, Any]:
        return {
            "version": version,
            "moment": self.moment,
            "role": self.auteur.role.value,
            "fonction": self.auteur.fonction,
            "organisation": self.auteur.organisation,
        }

    def _inserer(self, table: Table, ligne: Mapping[str, Any]) -> bool:
        """Faux si une autre transaction vient de créer la même ligne."""
        dialecte = postgresql if self.cx.dialect.name == "postgresql" else sqlite
        geste = dialecte.insert(table).values(**ligne).on_conflict_do_nothing().returning(table.c.version)
        return self.cx.execute(geste).first() is not None

    def _retenir(self, table: Table, cle: Mapping[str, Any], version: int, avant: Mapping[str, Any] | None) -> None:
        ligne = {
            "objet": table.name,
            "cle": cle_texte(table, cle),
            **self._trace(version),
            "invitation": self.auteur.invitation,
            "avant": None if avant is None else en_json(avant),
        }
        self.cx.execute(insert(HISTORIQUE).values(**ligne))

    def _meme_rafale(self, table: Table, cle: Mapping[str, Any]) -> bool:
        h = HISTORIQUE.c
        place = (h.objet == table.name, h.cle == cle_texte(table, cle))
        derniere = self.cx.execute(select(HISTORIQUE).where(*place).order_by(h.id.desc()).limit(1)).first()
        return (
            derniere is not None
            and self.moment - derniere.moment < RAFALE
            and (derniere.invitation, derniere.fonction, derniere.organisation)
            == (self.auteur.invitation, self.auteur.fonction, self.auteur.organisation)
        )


@contextmanager
def ecrire(magasin: Magasin, auteur: Auteur) -> Iterator[Ecriture]:
    """Ouvre une écriture ; lève `EcritureRefusee` si le lien a été révoqué, a expiré, ou écrit sans mesure."""
    with magasin.transaction() as cx:
        moment = magasin.horloge()
        if auteur.role is Role.LECTEUR:
            raise EcritureRefusee(LECTURE_SEULE)
        if auteur.invitation is not None:
            _verifier(cx, auteur.invitation, moment)
        yield Ecriture(cx, auteur, moment)


def _verifier(cx: Connection, invitation: int, moment: datetime) -> None:
    lien = cx.execute(select(INVITATIONS).where(INVITATIONS.c.id == invitation)).first()
    if lien is None or lien.revoquee is not None or lien.expire <= moment:
        raise EcritureRefusee("Votre lien n’est plus valable : rien n’a été écrit. Demandez-en un autre à l’animateur.")
    h = HISTORIQUE.c
    recentes = cx.execute(
        select(func.count())
        .select_from(HISTORIQUE)
        .where(h.moment > moment - timedelta(minutes=10), h.invitation == invitation)
    ).scalar_one()
    if recentes >= ECRITURES_MAX:
        raise EcritureRefusee(f"Ce lien a écrit {recentes} fois en dix minutes : attendez un peu, puis recommencez.")


def historique(magasin: Magasin, table: Table, **cle: Any) -> list[Changement]:
    """Tout ce qui a changé cette ligne, du plus ancien au plus récent ; vide si elle n'existe pas."""
    place = and_(*(table.c[nom] == valeur for nom, valeur in cle.items()))
    h = HISTORIQUE.c
    with magasin.lecture() as cx:
        presente = cx.execute(select(table).where(place)).first()
        lignes = cx.execute(
            select(HISTORIQUE).where(h.objet == table.name, h.cle == cle_texte(table, cle)).order_by(h.id)
        ).all()
    if presente is None:
        return []
    suites = [ligne.avant for ligne in lignes[1:]] + [en_json(champs(presente))]
    return [
        Changement(
            ligne.objet, tuple(json.loads(ligne.cle)), ligne.version, ligne.moment, trace(ligne).en_mots,
            ligne.avant, apres or {},
        )
        for ligne, apres in zip(lignes, suites, strict=True)
    ]  # fmt: skip


def cle_texte(table: Table, cle: Mapping[str, Any]) -> str:
    """La clé d'une ligne en texte : ses valeurs, dans l'ordre de la table."""
    return json.dumps([str(cle[colonne.name]) for colonne in table.primary_key.columns], ensure_ascii=False)


def en_json(valeurs: Mapping[str, Any]) -> dict[str, Any]:
    """Les mêmes valeurs, que JSON sait écrire."""
    return {nom: v.isoformat() if isinstance(v, date | datetime) else v for nom, v in valeurs.items()}
