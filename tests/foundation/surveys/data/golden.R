# Makes golden.json with R's survey package: Rscript golden.R > golden.json. The sample is made up, by the seed below.
suppressPackageStartupMessages(library(survey))
set.seed(2026)
n <- 360
people <- data.frame(
  stratum = rep(1:4, each = 90), cluster = rep(1:36, each = 10), weight = round(runif(n, 0.5, 3), 3),
  age = sample(c("young", "middle", "old"), n, TRUE, c(.5, .3, .2)),
  region = sample(c("north", "south", "east", "west"), n, TRUE, c(.4, .3, .2, .1))
)
people$yes <- as.integer(runif(n) < c(young = .35, middle = .2, old = .1)[people$age])
age <- c(young = .4, middle = .35, old = .25); region <- c(north = .35, south = .3, east = .2, west = .15)
described <- function(design, mask = rep(TRUE, n)) {
  part <- subset(design, mask)
  mean <- svymean(~yes, part)
  list(share = unname(coef(mean)), variance = as.numeric(vcov(mean)), freedom = degf(part), people = sum(mask))
}
clustered <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = people)
plain <- svydesign(ids = ~1, weights = ~weight, data = people)
total <- sum(people$weight)
raked <- rake(plain, list(~age, ~region),
  list(data.frame(age = names(age), Freq = total * age), data.frame(region = names(region), Freq = total * region)),
  control = list(maxit = 500, epsilon = 1e-12))
again <- svydesign(ids = ~cluster, strata = ~stratum, weights = weights(raked), data = people)
number <- function(x) format(x, digits = 15, trim = TRUE)
written <- function(x) paste0("{\"share\": ", number(x$share), ", \"variance\": ", number(x$variance), ", \"freedom\": ",
  x$freedom, ", \"people\": ", x$people, "}")
column <- function(x) paste0("[", paste(x, collapse = ", "), "]")
quoted <- function(x) column(paste0("\"", x, "\""))
cat("{\n\"made_by\": \"R ", as.character(getRversion()), ", survey ", as.character(packageVersion("survey")), "\",\n", sep = "")
cat("\"stratum\": ", column(people$stratum), ",\n\"cluster\": ", column(people$cluster), ",\n", sep = "")
cat("\"weight\": ", column(number(people$weight)), ",\n\"age\": ", quoted(people$age), ",\n", sep = "")
cat("\"region\": ", quoted(people$region), ",\n\"yes\": ", column(people$yes), ",\n", sep = "")
cat("\"raked\": ", column(format(signif(weights(raked), 13), digits = 13, trim = TRUE)), ",\n", sep = "")
cat("\"clustered\": ", written(described(clustered)), ",\n\"plain\": ", written(described(plain)), ",\n", sep = "")
cat("\"clustered_young\": ", written(described(clustered, people$age == "young")), ",\n", sep = "")
cat("\"clustered_west\": ", written(described(clustered, people$region == "west")), ",\n", sep = "")
cat("\"raked_clustered\": ", written(described(again)), ",\n", sep = "")
cat("\"raked_old\": ", written(described(again, people$age == "old")), "\n}\n", sep = "")
