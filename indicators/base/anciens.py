"""Les chiffres d'un périmètre que leur lieu n'a plus : ni rang, ni répartition ne les compte parmi ceux d'aujourd'hui.

La règle est celle de `Rupture.est_avant`, dite ici de toute la France à la fois ; à la lecture, `Base` la dit de chaque
chiffre.
"""

from __future__ import annotations

_PASSAGES = """
SELECT unnest(string_split(territoire, ',')).trim() AS territoire, depuis,
       list_transform(string_split(indicateur, ','), lambda code: trim(code)) AS indicateurs
FROM ruptures WHERE nature = 'perimetre' AND territoire <> '' AND depuis IS NOT NULL
"""

TEMPORAIRE = f"""
CREATE TEMP TABLE anciens AS
SELECT m.rowid AS mesure
FROM mesures_par_indicateur AS m
JOIN territoires ON territoires.cle = m.t
JOIN ({_PASSAGES}) AS passages ON passages.territoire = territoires.territoire
JOIN indicateurs ON indicateurs.cle = m.i
JOIN sources ON sources.cle = m.s
LEFT JOIN perimetres ON perimetres.territoire = territoires.territoire AND perimetres.source = sources.source
WHERE (passages.indicateurs = [''] OR list_contains(passages.indicateurs, indicateurs.indicateur))
  AND coalesce(perimetres.perimetre, m.annee, m.millesime, 0) < passages.depuis
UNION
SELECT m.rowid
FROM mesures_par_indicateur AS m
JOIN territoires ON territoires.cle = m.t
JOIN appartenances AS a ON a.territoire = territoires.territoire AND a.nature = 'fusion' AND a.jusqu_a IS NULL
"""
"""Le `rowid`, dans `mesures_par_indicateur`, de chaque chiffre mesuré avant que le périmètre de son lieu ne change."""

ACTUELLE = "rowid NOT IN (SELECT mesure FROM anciens)"
"""Ce qui mesure le périmètre que le lieu a encore, dans `mesures_par_indicateur`."""
