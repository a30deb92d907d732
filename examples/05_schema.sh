leeway schema infer seattle_weather.csv --rows 366 --exclude date --out 2012.schema
sed '2,367d; s/,rain$/,hail/' seattle_weather.csv | leeway schema check 2012.schema - --show-unseen weather || echo "exit status $?"
