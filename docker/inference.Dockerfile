# The inference service: docker build -f docker/inference.Dockerfile -t smartsuschef-inference .
ARG BASE_IMAGE=python:3.12-slim-bookworm

FROM ${BASE_IMAGE} AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python -m venv --without-pip /opt/venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
# First without the packages, which change often: this layer then lasts until a dependency changes.
RUN python -m pip --python /opt/venv/bin/python install -c constraints.txt '.[inference,s3]'
COPY . .
RUN python -m pip --python /opt/venv/bin/python install --no-deps --force-reinstall .

FROM ${BASE_IMAGE}
# LightGBM's OpenMP.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/*
# The folder belongs to the user, and so does a new volume that is mounted over it.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin suschef \
 && install --directory --owner=suschef --group=suschef /data/models
COPY --from=builder /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    INFERENCE_ADDRESS=0.0.0.0:50051 \
    MODEL_DIR=/data/models \
    LOG_FORMAT=json
USER suschef
WORKDIR /data
EXPOSE 50051
# That the process is up, with all that is live loaded: before the first training it rightly has no model to serve.
HEALTHCHECK --interval=15s --timeout=10s --start-period=120s --retries=3 \
  CMD python -m shared.rpc.healthcheck "$INFERENCE_ADDRESS"
CMD ["python", "-m", "inference_service"]
