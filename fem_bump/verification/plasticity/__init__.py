"""Problems of metals that yield and solder that creeps."""
