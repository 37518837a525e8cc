"""Problems of metals that yield, solder that creeps and resin that relaxes."""
