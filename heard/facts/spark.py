"""Spark as the engine: the same files, the same expressions, on as many machines as there are.

Needs ``pyspark`` and a Java runtime, which an embedded house does not; every machine of the cluster
must see the folder of the lake under the same path.
"""

from typing import Any

import ibis
from pyspark.sql import SparkSession

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",  # figures are few rows, whatever they are made of
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def connect(master: str) -> Any:
    """The session of this process on a Spark master, as an Ibis backend."""
    building = SparkSession.builder.master(master).appName("heard")
    for name, value in SETTINGS.items():
        building = building.config(name, value)
    session = building.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return ibis.pyspark.connect(session)


def table(engine: Any, fact: str, files: list[str]) -> Any:
    """The files of a fact as one table."""
    # The backend's own way to read files takes one path alone.
    engine._session.read.parquet(*files).createOrReplaceTempView(fact)
    return engine.table(fact)
