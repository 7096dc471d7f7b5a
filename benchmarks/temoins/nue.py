"""Le plancher : une page Streamlit qui ne montre qu’un chiffre."""

import streamlit as st

st.metric("Taux de pauvreté", "46,7 %", "27,9 points de plus que l’agglomération", delta_color="inverse")
