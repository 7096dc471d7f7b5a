"""Le domaine de l'observatoire : territoires, indicateurs, observations, comparaison.

N'importe jamais streamlit. Les données vont dans un seul sens :
``data/*.csv → donnees → base (DuckDB) → analyse → recit, carte → publications et écrans``.
"""
