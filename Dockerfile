# The dashboard in a container, as a Hugging Face Space (SDK: Docker) builds it too; see "Host it" in README.md.
FROM python:3.12-slim

# numba takes this library of the system to compute on several threads safely.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 visitor
WORKDIR /app
COPY dashboard/requirements.txt dashboard/requirements.txt
RUN pip install --no-cache-dir --compile --requirement dashboard/requirements.txt

COPY .streamlit .streamlit
COPY pyproject.toml ./
COPY CITATION.cff ./
COPY sim sim
COPY dashboard dashboard
# Written while the folder can be: plotly.js as the page loads it, and bytecode. At run time the folder is only read.
RUN python -m compileall -q sim dashboard && python -c "from dashboard.stage.library import plotly_address; plotly_address()"

USER visitor
ENV HOME=/home/visitor \
    MALLOC_ARENA_MAX=2 \
    NUMBA_CACHE_DIR=/tmp/numba \
    PYTHONUNBUFFERED=1
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "dashboard/app.py", "--server.port=7860", "--server.address=0.0.0.0", "--server.headless=true", "--server.fileWatcherType=none"]
