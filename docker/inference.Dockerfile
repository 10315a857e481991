# The inference service: docker build -f docker/inference.Dockerfile -t smartsuschef-inference .
ARG BASE_IMAGE=python:3.12-slim-bookworm

FROM ${BASE_IMAGE} AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python -m venv --without-pip /opt/venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
# Dependencies first: the packages change more often, and this layer lasts until a dependency changes.
RUN python -m pip --python /opt/venv/bin/python install -c constraints.txt '.[inference,s3]'
COPY . .
RUN python -m pip --python /opt/venv/bin/python install --no-deps --force-reinstall .

FROM ${BASE_IMAGE}
# LightGBM needs OpenMP.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/*
# A new volume takes the owner of the folder over which it is mounted: the user of the image.
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
# This check says that the process is up and has loaded the live versions. Before the first training there are none.
HEALTHCHECK --interval=15s --timeout=10s --start-period=120s --retries=3 \
  CMD python -m shared.rpc.healthcheck "$INFERENCE_ADDRESS"
CMD ["python", "-m", "inference_service"]
