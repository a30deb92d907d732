leeway rollout plan --baseline-rate 1% --candidate-rate 2% --requests-per-tick 1000 --ramp 1%:30,10%:30,50% --tick 60s --margin 0.5%
leeway rollout plan --ab --from 5% --to 5.1% --units-per-day 100000 --burn-in 3d --attribution 1w
