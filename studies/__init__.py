"""Studies as data, and what runs them: plan, runner, results store, plots, report, command line."""
