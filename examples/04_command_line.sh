leeway profile seattle_weather.csv --rows 366 --exclude date --out 2012.profile
sed 2,367d seattle_weather.csv | leeway watch 2012.profile - --window 365
