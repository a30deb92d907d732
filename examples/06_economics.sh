leeway economics interval --queries-per-day 1e6 --value-per-query 0.5 --accuracy 95% --decay-per-day 2% --cost 5000 --deployment-days 2 --plot economics.svg
leeway economics compare --shocks-per-day 0.01 --loss-per-day 50 --cost 100 --delay-days 2 --false-triggers-per-day 0.02 --monitoring-per-day 0.1
leeway economics cost skew --skewed-share 1% --queries-per-day 1e6 --cost-per-error 0.1
