leeway rollout check canary_policy.json
echo
leeway rollout drill canary_policy.json --runs 100 --baseline error=0.01 --baseline click=0.1 --baseline latency_ms=80,0.5
echo
leeway rollout drill canary_policy.json --runs 100 --baseline error=0.01 --baseline click=0.1 --baseline latency_ms=80,0.5 --fault error:x3 --tier immediate=fail
