# The training service and, with another command, its worker:
#   docker build -f docker/training.Dockerfile -t smartsuschef-training .
#   service: python -m training_service (the default)
#   worker:  python -m training_service.worker, health check: python -m training_service.worker_check
ARG BASE_IMAGE=python:3.12-slim-bookworm

FROM ${BASE_IMAGE} AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python -m venv --without-pip /opt/venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
# Dependencies first: the packages change more often, and this layer lasts until a dependency changes.
RUN python -m pip --python /opt/venv/bin/python install -c constraints.txt '.[training]'
COPY . .
RUN python -m pip --python /opt/venv/bin/python install --no-deps --force-reinstall .

FROM ${BASE_IMAGE}
# LightGBM needs OpenMP. The wheel of Prophet brings its compiled Stan model.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/*
# A new volume takes the owner of the folder over which it is mounted: the user of the image.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin suschef \
 && install --directory --owner=suschef --group=suschef /data/models /data/runs /data/sales
COPY --from=builder /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 \
    TRAINING_ADDRESS=0.0.0.0:50052 \
    MODEL_DIR=/data/models \
    WORK_DIR=/data/runs \
    WEATHER_CACHE_DIR=/data/runs/weather \
    DATA_ROOT=/data/sales \
    LOG_FORMAT=json
USER suschef
WORKDIR /data
EXPOSE 50052
# This check says that the process is up. The health of the service itself says whether Redis answers.
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 \
  CMD python -m shared.rpc.healthcheck "$TRAINING_ADDRESS"
CMD ["python", "-m", "training_service"]
