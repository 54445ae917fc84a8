CREATE NODE TABLE Person (name STRING, age INT64, role STRING, born DATE, tags STRING[], score DOUBLE, active BOOL, PRIMARY KEY (name));
CREATE NODE TABLE City (name STRING, people INT64, area DOUBLE, PRIMARY KEY (name));
CREATE NODE TABLE Post (slug STRING, title STRING, at TIMESTAMP, likes INT64, rating DOUBLE, PRIMARY KEY (slug));
CREATE REL TABLE Knows (FROM Person TO Person, since DATE, weight DOUBLE);
CREATE REL TABLE LivesIn (FROM Person TO City);
CREATE REL TABLE Wrote (FROM Person TO Post);
